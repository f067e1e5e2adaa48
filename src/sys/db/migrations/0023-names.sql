-- The newest change of the names that reports are searched for is read with every report.
CREATE INDEX org_updated ON org (updated_at);
CREATE INDEX system_updated ON system (updated_at);
