-- What keeping a site asks for.

-- Secrets that the site must read again are sealed with DIR/site.key (app/post/secret.c does it when the service
-- starts, as no migration knows the key). `sealed` tells a sealed secret from one of before.
ALTER TABLE webhook ADD COLUMN sealed BIGINT NOT NULL DEFAULT 0;
