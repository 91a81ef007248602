select distinct ccode, ccode as bearer_ccode from states
union all
select ccode, ccode_after from state_lines
