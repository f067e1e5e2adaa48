-- The box of a list: the records whose words fit, in the index or newer than it. `words` is what words_typed made of
-- what was typed, NULL when nothing was.
-- piece: words_box(kind, id, words)
({words} IS NULL OR {id} IN (SELECT -w.rowid FROM {kind}_words({words}) AS w UNION ALL
                             SELECT n.id FROM {kind}_near n WHERE words_fit(n.fold, {words}) = 1));
