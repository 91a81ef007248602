# Seconds that the R package peacesciencer (Miller 2022) takes for the two annual panels of benchmarks/run.py.
#
# NOT RUN BY THIS PROJECT: its tests and machines have no R. Read the calls before you trust a figure, and report the
# versions that the script prints. Times of two machines do not compare: run `make bench` on the same one.
#
#   install.packages("peacesciencer")
#   Rscript -e 'peacesciencer::download_extdata()'   # once: leader-dyad-years are a ready-made download there
#   Rscript benchmarks/peacesciencer.R [rounds, default 5]
#
# The work: undirected pairs, 1816-2010, with militarised disputes (onset, ongoing), peace-years, capabilities,
# democracy and ATOP alliances. What differs from ours and cannot be helped: leader pairs are read from a file there and
# come without days of overlap; disputes of a pair-year are whittled to one; rows differ by the lists of states and
# leaders, so that the rows stand beside the seconds.

suppressPackageStartupMessages(library(peacesciencer))

arguments <- commandArgs(trailingOnly = TRUE)
rounds <- if (length(arguments) > 0) as.integer(arguments[[1]]) else 5L
first <- 1816L
last <- 2010L

# peace-years can fail on leader pairs in some versions: said, and timed without them
with_peace_years <- function(data) {
  tryCatch(add_peace_years(data), error = function(problem) {
    message("add_peace_years() refused: ", conditionMessage(problem))
    data
  })
}

with_variables <- function(data) {
  data <- add_cow_mids(data)
  data <- with_peace_years(data)
  data <- add_nmc(data)
  data <- add_democracy(data)
  add_atop_alliance(data)
}

dyad_years <- function() {
  with_variables(create_dyadyears(system = "cow", directed = FALSE, subset_years = first:last))
}

leader_dyad_years <- function() {
  data <- create_leaderdyadyears(system = "cow", directed = FALSE)
  # the attributes by which later verbs know the unit survive this subset
  with_variables(dplyr::filter(data, year >= first, year <= last))
}

measured <- function(name, work) {
  made <- NULL
  seconds <- vapply(seq_len(rounds), function(round) {
    invisible(gc())
    system.time(made <<- work())[["elapsed"]]
  }, numeric(1))
  cat(sprintf(
    "%s: median %.2f s (least %.2f) of %d rounds, %d rows, %d columns\n",
    name, stats::median(seconds), min(seconds), rounds, nrow(made), ncol(made)
  ))
}

cat(R.version.string, "- peacesciencer", as.character(utils::packageVersion("peacesciencer")), "\n")
starting <- replicate(3, system.time(
  system2(file.path(R.home("bin"), "Rscript"), c("-e", shQuote("library(peacesciencer)")), stdout = FALSE, stderr = FALSE)
)[["elapsed"]])
cat(sprintf("start of R with the package: %.2f s (ours counts start and imports)\n", stats::median(starting)))
measured("dyad-years 1816-2010", dyad_years)
measured("leader-dyad-years to 2010", leader_dyad_years)
