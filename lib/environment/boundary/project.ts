import { isId, isOwnName, keyOf, type Property } from "./property";

/** Whether a text refers to a project, by its id or its number. */
export type Reference = (text: string, property: Property) => boolean;

// An id is told from a longer one that has it as a part.
const start = "(?<![a-z0-9-])";
const end = "(?![a-z0-9-])";

/** How a project is told by its id in any property. */
const byId = (id: string) => [
    // Paths, self links, addresses, flags, filters: `projects/acme-prod`, `--project=acme-prod`.
    `(?<![A-Za-z0-9-])projects/${id}${end}`,
    `project(?:[_-]?id)?["'\`]?(?:\\s*[:=]{1,2}\\s*|(?<=--project)\\s+)["'\`]?${id}${end}`,
    // Accounts; Cloud SQL's users are called by the first part of the second form.
    `${start}${id}@[a-z.-]*gserviceaccount\\.com`,
    `@${id}\\.iam${end}`,
    `${start}${id}\\.svc\\.id\\.goog`,
    `project(?:Owner|Editor|Viewer):${id}${end}`,
    // Images and packages.
    `\\.pkg\\.dev/${id}${end}`,
    `${start}gcr\\.io/${id}${end}`,
    // Cloud SQL's connection names.
    `${start}${id}:[a-z]+-[a-z]+\\d+:[a-z]`,
    // Hosts; the short name before `r.appspot.com` is a region's.
    `${start}[a-z]+-[a-z]+\\d+-${id}\\.cloudfunctions\\.net`,
    `(?:${start}|-dot-)${id}(?:\\.[a-z]{1,3}\\.r)?\\.appspot\\.com`,
    `${start}${id}(?:-default-rtdb)?\\.(?:web\\.app|firebaseapp\\.com|firebaseio\\.com|firebasestorage\\.app)`,
    // The bucket of Cloud Build.
    `${start}${id}_cloudbuild${end}`,
    // Tables of BigQuery in quotes, and their addresses.
    `\`${id}(?:[.:]|\`\\s*\\.)`,
    `\\[${id}:`,
    `bq://${id}\\.`,
];

/** How a project is told by its number in any property. */
const byNumber = (number: string) => [
    `^${number}$`,
    `(?<![A-Za-z0-9-])projects/${number}${end}`,
    // The accounts of services: `service-123@…`, `123-compute@…`, `bq-123@…`.
    `(?<!\\d)${number}(?:-[a-z0-9-]+)?@[a-z0-9.-]+\\.(?:gserviceaccount|google)\\.com`,
    `-${number}\\.[a-z]+-[a-z]+\\d+\\.run\\.app`,
    `${start}gcf(?:-v2)?-(?:sources|uploads)-${number}-`,
    `${start}${number}-[a-z0-9]+\\.apps\\.googleusercontent\\.com`,
];

/** What looks like a table and is none: a host, a file, a version of an image. */
const hosts = /host|domain|dns|origin|rrdata|url|uri|endpoint|audience|image/i;
const notLast =
    "(?!(?:com|net|org|io|dev|app|cloud|internal|local|test|example|json|ya?ml|csv|txt|xml|gz|zip|tar|py|js|ts|md|html|sql)$)";

/** A table or dataset of BigQuery, `acme-prod.sales.orders` or `acme-prod:sales.orders`, also in a query. */
function tableOf(id: string, isWord: boolean): Reference {
    const within = new RegExp(`(?<![\\w./:@'"-])${id}[.:][A-Za-z_]\\w*`);
    const queried = new RegExp(`(?:FROM|JOIN|INTO|UPDATE|from|join|into|update)\\s+${id}\\.\\w`);
    const table = new RegExp(`^${id}[.:][A-Za-z_]\\w*\\.${notLast}[\\w$*-]+$`);
    const dataset = new RegExp(`^${id}\\.${notLast}[A-Za-z_]\\w*$`);
    return (text, property) => {
        const key = keyOf(property);
        // A plain word before a dot may as well be a dataset of the own project.
        if (isWord) {
            return !hosts.test(key) && table.test(text);
        }
        if (/dataset|table|query|sql/i.test(key)) {
            return within.test(text);
        }
        return queried.test(text) || (!hosts.test(key) && (table.test(text) || dataset.test(text)));
    };
}

/**
 * The id by itself, wherever it is not what the resource itself is called. One that is a plain word is that of a project
 * only where the property says so.
 */
function bare(id: string, isWord: boolean): Reference {
    return (text, property) => {
        const isOfProject = /project/i.test(keyOf(property)) || property.type === "gcp:organizations/project:Project";
        return text === id && !isOwnName(property) && (!isWord || isOfProject);
    };
}

/** How texts refer to the project of that id and number. */
export function referenceTo(id: string, number: string | undefined): Reference {
    const isWord = !id.includes("-");
    const anywhere = new RegExp([...byId(id), ...(number === undefined ? [] : byNumber(number))].join("|"));
    const found = [bare(id, isWord), tableOf(id, isWord)];
    return (text, property) =>
        anywhere.test(text) ||
        found.some((refers) => refers(text, property)) ||
        // Ids by which resources are imported start with their project.
        (isId(property) && text.startsWith(`${id}/`));
}
