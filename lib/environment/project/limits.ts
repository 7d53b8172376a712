import * as check from "../../internal/check";

/** A number with or without the word that Google puts before it, as another resource gives it; without it afterwards. */
function numbered(word: string, wording: string): check.Check {
    return check.pipe(
        check.matching(new RegExp(`^(${word}/)?\\d{1,19}$`), wording),
        check.transform((id) => (id as string).replace(`${word}/`, "")),
    );
}

/** "Creating and managing folders": a folder's id is a number. */
export const folder = numbered("folders", "must be a folder's number, such as 123456789012");

/** "Creating and managing organization resources": an organisation's id is a number. */
export const organization = numbered("organizations", "must be an organization's number, such as 123456789012");

/** "View your Cloud Billing accounts": three groups of six hexadecimal digits. */
export const billingAccount = check.pipe(
    check.matching(
        /^(billingAccounts\/)?[0-9A-F]{6}(-[0-9A-F]{6}){2}$/,
        "must be a billing account's id, such as 012345-6789AB-CDEF01",
    ),
    check.transform((id) => (id as string).replace("billingAccounts/", "")),
);

/** "Creating and managing projects": a project's display name. */
export const displayName = check.matching(
    /^[A-Za-z0-9\-'" !]{4,30}$/,
    "must be 4 to 30 letters, digits, hyphens, quotes, spaces and exclamation marks",
);

export const api = check.matching(/^[a-z0-9-]+\.googleapis\.com$/, "must be an API's name, such as run.googleapis.com");

/** ISO 4217, as far as this version of Node.js knows it. */
export const currency = check.custom(
    (code) => Intl.supportedValuesOf("currency").includes(String(code)),
    "must be the code of a currency, such as EUR",
);

/** "Budgets" of the Cloud Billing Budget API: whole units of a currency, and billionths of one. */
export const amount = check.custom(
    (given) => typeof given === "number" && Number.isFinite(given) && given > 0,
    "must be a number above 0, in units of the currency",
);

/** The API takes any share; above ten times the amount somebody meant per cent. */
export const threshold = check.custom(
    (given) => typeof given === "number" && given > 0 && given <= 10,
    "must be a share of the amount above 0 and up to 10, such as 0.5 for 50 %",
);

const mail = check.matching(/^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$/, "must be an e-mail address");

/** "Budgets" of the Cloud Billing Budget API: so many channels at most. */
export const mails = check.pipe(
    check.list(mail, "must be a list of e-mail addresses"),
    check.refine((all) => (all as unknown[]).length <= 5, "there can be 5 addresses at most"),
    check.refine((all) => new Set(all as unknown[]).size === (all as unknown[]).length, "has an address twice"),
);

/** "Create budgets and budget alerts": the path of a topic. */
export const topicPath = check.matching(
    /^projects\/[^/]+\/topics\/[^/]+$/,
    "must be a topic's path, such as projects/acme-billing/topics/budgets",
);
