select schema_version, package_version, facts_sha256, duckdb_version, built_at
from run.meta
