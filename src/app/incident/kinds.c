#include "app/incident/incident.h"
#include "sys/i18n/i18n.h"

/*
 * The ten kinds of Form 05, Circular 20/2017/TT-BTTTT, in its order; beside each the class and type
 * of the Reference Security Incident Taxonomy (RSIT 1003) that is nearest, and words a citizen
 * would use.
 */
const struct incident_kind incident_kinds[] = {
    {"dos", N_("Denial of service"), N_("A site or service cannot be reached"),
     "availability:ddos"},
    {"phishing", N_("Phishing, impersonation"),
     N_("A fake message, site or caller asks for money or passwords"), "fraud:phishing"},
    {"malware", N_("Malware attack"), N_("A virus or strange program on the machine"),
     "malicious-code:infected-system"},
    {"intrusion", N_("Unauthorised access, takeover"), N_("An account or machine was taken over"),
     "intrusions:system-compromise"},
    {"defacement", N_("Defacement"), N_("The look of a web page was changed"),
     "information-content-security:unauthorised-information-modification"},
    {"ransom", N_("Encryption of software, data, equipment"),
     N_("Files are locked and money is demanded"), "malicious-code:infected-system"},
    {"sabotage", N_("Destruction of information, data, software"),
     N_("Data was deleted or destroyed"), "availability:sabotage"},
    {"espionage", N_("Eavesdropping, espionage, theft of information, data"),
     N_("Data was leaked, stolen or listened to"), "information-content-security:data-leak"},
    {"combined", N_("Combined attack"), N_("Several of these at once"),
     "intrusions:system-compromise"},
    {"other", N_("Other kind of attack"), N_("Something else, or I do not know"),
     "other:undetermined"},
};
const size_t incident_kinds_len = ARRAY_LEN(incident_kinds);

const struct form_choice incident_kind_choices[] = {
    {"dos", N_("Denial of service")},
    {"phishing", N_("Phishing, impersonation")},
    {"malware", N_("Malware attack")},
    {"intrusion", N_("Unauthorised access, takeover")},
    {"defacement", N_("Defacement")},
    {"ransom", N_("Encryption of software, data, equipment")},
    {"sabotage", N_("Destruction of information, data, software")},
    {"espionage", N_("Eavesdropping, espionage, theft of information, data")},
    {"combined", N_("Combined attack")},
    {"other", N_("Other kind of attack")},
    {NULL, NULL},
};

const struct form_choice incident_severity_choices[] = {
    {"1", N_("severity|Low")},
    {"2", N_("severity|Medium")},
    {"3", N_("severity|High")},
    {"4", N_("severity|Critical")},
    {NULL, NULL},
};

const struct form_choice incident_state_choices[] = {
    {"received", N_("state|Received")},     {"verifying", N_("state|Verifying")},
    {"responding", N_("state|Responding")}, {"recovering", N_("state|Recovering")},
    {"closed", N_("state|Closed")},         {NULL, NULL},
};

const struct incident_kind *incident_kind_find(struct str name)
{
    for (size_t i = 0; i < incident_kinds_len; i++) {
        if (str_is(name, incident_kinds[i].name))
            return &incident_kinds[i];
    }
    return NULL;
}
