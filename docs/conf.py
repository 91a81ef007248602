"""How the site is set: Markdown, API from the docstrings, no script, font or picture from another machine."""

from importlib.metadata import version as installed

project = "trustpanel"
author = "The trustpanel developers"
release = version = installed("trustpanel")
copyright = "The trustpanel developers"

extensions = ["myst_parser", "sphinx.ext.autodoc"]
myst_enable_extensions = ["fieldlist"]
myst_heading_anchors = 3
# Markdown refers to pages, headings and codebook entries only; asking every programming language is slow
myst_ref_domains = ["std"]
source_suffix = {".md": "markdown"}
# single backticks in docstrings are code
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
python_use_unqualified_type_names = True
nitpicky = True
# types of other packages and private aliases have no page here
nitpick_ignore_regex = [("py:.*", r".*")]
suppress_warnings = ["myst.header"]

html_theme = "furo"
html_title = "trustpanel"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#00508a", "color-brand-content": "#00508a"},
}
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
pygments_style = "default"
