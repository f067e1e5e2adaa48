#include "app/audit/audit.h"
#include "app/evidence/inner.h"
#include "sys/i18n/i18n.h"

static void take_line(struct arena *a, enum lang lang, const struct evidence_case_custody_row *row,
                      struct custody_file *file)
{
    *vec_push(&file->lines, a) = (struct custody_line){
        .at = row->at,
        .what = evidence_custody_label(lang, row->action),
        .who =
            row->actor_name.len > 0 ? audit_actor_text(lang, row->actor_name) : T(lang, "Reporter"),
        .address = row->address,
        .reason = row->reason,
        /* What was taken in stands above the lines. */
        .detail = str_is(row->action, "add") ? STR_EMPTY : row->detail,
    };
}

int evidence_custody_of_incident(struct db *db, struct arena *a, enum lang lang,
                                 int64_t incident_id, int64_t actor_id, struct custody_files *out,
                                 struct err *err)
{
    struct evidence_case_custody_rows lines;
    struct evidence_case_files_rows files;
    size_t next = 0;
    int r;

    *out = (struct custody_files){0};
    if ((r = evidence_case_files(db, a, actor_id, incident_id, &files, err)) < 0 ||
        (r = evidence_case_custody(db, a, actor_id, incident_id, &lines, err)) < 0)
        return r;
    for (size_t i = 0; i < files.len; i++) {
        const struct evidence_case_files_row *row = &files.at[i];
        struct custody_file *file = vec_push(out, a);

        *file = (struct custody_file){
            .uuid = row->uuid,
            .name = row->name,
            .kind = evidence_kind_label(lang, row->kind),
            .sha256 = row->sha256,
            .blake2b = row->blake2b,
            .note = row->note,
            .tlp = row->tlp,
            .report_code = row->report_code,
            .added_name = row->added_name.len > 0 ? row->added_name : T(lang, "Reporter"),
            .collected_where = row->collected_where,
            .collected_by = row->collected_by,
            .trouble =
                row->trouble.len > 0 ? evidence_trouble_label(lang, row->trouble) : STR_EMPTY,
            .size = row->size,
            .added_at = row->added_at,
            .collected_at = row->collected_at,
            .verified_at = row->verified_at,
            .sealed_at = row->sealed_at,
            .removed_at = row->removed_at,
            .malware = row->malware,
        };
        /* Both come in the order of the files. */
        for (; next < lines.len && lines.at[next].attachment_id <= row->id; next++) {
            if (lines.at[next].attachment_id == row->id)
                take_line(a, lang, &lines.at[next], file);
        }
    }
    return 0;
}
