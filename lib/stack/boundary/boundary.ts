import * as pulumi from "@pulumi/pulumi";
import { currentProgram } from "../../internal/engine/pulumiSdk";
import { knownEnvironments } from "../settings/settings";
import { isId, isOwnName, keyOf, type Property } from "./property";

/** Another project, and the stacks that use it. */
export interface Foreign {
    readonly project: string;
    readonly stacks: readonly string[];
}

/** Recognizes references to the projects of other environments. */
export class Boundary {
    private readonly foreign: readonly (Foreign & { number?: string; refers: Reference })[];
    /** Names of the stack's own buckets; `*` stands for the suffix of a generated name. */
    private readonly buckets = new Set<string>();

    constructor(
        readonly stack: string,
        /** The stack's own project, if configured. */
        readonly project: string | undefined,
        environments: Record<string, { project: string; number?: string }>,
    ) {
        const others = Object.entries(environments).filter(([, other]) => other.project !== project);
        const projects = [...new Set(others.map(([, other]) => other.project))];
        this.foreign = projects.map((id) => {
            const ofIt = others.filter(([, other]) => other.project === id);
            const number = ofIt.map(([, other]) => other.number).find((value) => value !== undefined);
            return { project: id, number, stacks: ofIt.map(([name]) => name), refers: referenceTo(id, number) };
        });
    }

    /** Returns the other project that a string references without permission. */
    crossed(text: string, property: Property, allowed: ReadonlySet<string>): Foreign | undefined {
        const others = this.foreign.filter(({ project, number, stacks }) => {
            // Most strings contain neither.
            const isNamed = text.includes(project) || (number !== undefined && text.includes(number));
            return isNamed && !stacks.some((stack) => allowed.has(stack));
        });
        const found = others.find(({ refers }) => refers(text, property));
        return found ?? others.find((other) => this.hasBucketOf(other, text, property));
    }

    /** Records a bucket of the stack. Without a name in the program, Pulumi generates one that starts with the name of the resource. */
    makes(resource: string, bucket: string | undefined): void {
        this.buckets.add(bucket ?? `${resource}-*`);
    }

    /** Whether a string contains a bucket name with the prefix of a project, and not of a longer project ID. */
    private hasBucketOf({ project }: Foreign, text: string, property: Property): boolean {
        return bucketsIn(text, property).some(({ name, isSure }) => {
            const all = this.foreign.map((other) => other.project).concat(this.project ?? []);
            const fitting = all.filter((id) => name.startsWith(`${id}-`));
            const longest = fitting.sort((one, other) => other.length - one.length)[0];
            return longest === project && !this.isOwn(name, property) && (isSure || this.isTelling(project));
        });
    }

    private isOwn(name: string, property: Property): boolean {
        const isMade = this.buckets.has(name) || this.buckets.has(name.replace(/[0-9a-f]{7}$/, "*"));
        return isMade && !isNameOfNew(property);
    }

    /** Whether a name with this prefix almost certainly belongs to the project. */
    private isTelling(project: string): boolean {
        return project.includes("-") && !this.project?.startsWith(`${project}-`);
    }
}

const boundaries = new WeakMap<object, { boundary?: Boundary }>();

/** The boundary of the running program; undefined without `slipway:environments`. */
export function currentBoundary(): Boundary | undefined {
    const program = currentProgram();
    let current = boundaries.get(program);
    if (!current) {
        const stack = pulumi.getStack();
        const known = knownEnvironments(stack);
        current = { boundary: known && new Boundary(stack, known.project, known.environments) };
        boundaries.set(program, current);
    }
    return current.boundary;
}

/** A possible bucket name in a string, and whether it is certain. */
interface Named {
    name: string;
    isSure: boolean;
}

const bucket = "[a-z0-9][a-z0-9._-]*";
const addresses = new RegExp(
    [
        `gs://(${bucket})`,
        `storage\\.(?:cloud\\.google|googleapis)\\.com/(?:(?:download/|upload/)?storage/v1/b/)?(${bucket})`,
        `(?<![a-z0-9-])buckets/(${bucket})`,
        `(?<![a-z0-9._-])([a-z0-9][a-z0-9_-]*)\\.storage\\.googleapis\\.com`,
    ].join("|"),
    "g",
);

const alone = new RegExp(`^(?:b/)?(${bucket})$`);

/** Finds bucket names in the value of a property. */
function bucketsIn(text: string, property: Property): Named[] {
    const found = [...text.matchAll(addresses)].map((match) => {
        return { name: match.slice(1).find((name) => name !== undefined) as string, isSure: true };
    });
    const whole = alone.exec(text)?.[1];
    const isOfStorage = property.type.startsWith("gcp:storage/");
    const isSure = /bucket/i.test(keyOf(property)) || (isOfStorage && isId(property));
    // An environment variable may contain a bucket name, as with a capability, or anything else.
    const isMaybe = isNameOfNew(property) || property.path.some((name) => /env/i.test(name));
    return whole !== undefined && (isSure || isMaybe) ? [...found, { name: whole, isSure }] : found;
}

/** Whether the property names a new bucket of the stack. */
function isNameOfNew({ type, path }: Property): boolean {
    return type === "gcp:storage/bucket:Bucket" && path[0] === "name";
}

/** Whether a string references a project by its ID or number. */
type Reference = (text: string, property: Property) => boolean;

// Excludes longer IDs that contain the ID.
const start = "(?<![a-z0-9-])";
const end = "(?![a-z0-9-])";

/** Patterns of references by project ID in any property. */
const byId = (id: string) => [
    // Paths, self links, addresses, flags, filters: `projects/acme-prod`, `--project=acme-prod`.
    `(?<![A-Za-z0-9-])projects/${id}${end}`,
    `project(?:[_-]?id)?["'\`]?(?:\\s*[:=]{1,2}\\s*|(?<=--project)\\s+)["'\`]?${id}${end}`,
    // Accounts; users of Cloud SQL omit the domain after ".iam".
    `${start}${id}@[a-z.-]*gserviceaccount\\.com`,
    `@${id}\\.iam${end}`,
    `${start}${id}\\.svc\\.id\\.goog`,
    `project(?:Owner|Editor|Viewer):${id}${end}`,
    // Images and packages.
    `\\.pkg\\.dev/${id}${end}`,
    `${start}gcr\\.io/${id}${end}`,
    // Cloud SQL's connection names.
    `${start}${id}:[a-z]+-[a-z]+\\d+:[a-z]`,
    // Hosts; before `r.appspot.com` stands the code of a region.
    `${start}[a-z]+-[a-z]+\\d+-${id}\\.cloudfunctions\\.net`,
    `(?:${start}|-dot-)${id}(?:\\.[a-z]{1,3}\\.r)?\\.appspot\\.com`,
    `${start}${id}(?:-default-rtdb)?\\.(?:web\\.app|firebaseapp\\.com|firebaseio\\.com|firebasestorage\\.app)`,
    // The bucket of Cloud Build.
    `${start}${id}_cloudbuild${end}`,
    // Quoted BigQuery tables, and their URIs.
    `\`${id}(?:[.:]|\`\\s*\\.)`,
    `\\[${id}:`,
    `bq://${id}\\.`,
];

/** Patterns of references by project number in any property. */
const byNumber = (number: string) => [
    `^${number}$`,
    `(?<![A-Za-z0-9-])projects/${number}${end}`,
    // The accounts of services: `service-123@…`, `123-compute@…`, `bq-123@…`.
    `(?<!\\d)${number}(?:-[a-z0-9-]+)?@[a-z0-9.-]+\\.(?:gserviceaccount|google)\\.com`,
    `-${number}\\.[a-z]+-[a-z]+\\d+\\.run\\.app`,
    `${start}gcf(?:-v2)?-(?:sources|uploads)-${number}-`,
    `${start}${number}-[a-z0-9]+\\.apps\\.googleusercontent\\.com`,
];

/** Properties and suffixes of hosts, files and image versions, which look like tables. */
const hosts = /host|domain|dns|origin|rrdata|url|uri|endpoint|audience|image/i;
const notLast =
    "(?!(?:com|net|org|io|dev|app|cloud|internal|local|test|example|json|ya?ml|csv|txt|xml|gz|zip|tar|py|js|ts|md|html|sql)$)";

/** Recognizes BigQuery tables and datasets, `acme-prod.sales.orders` or `acme-prod:sales.orders`, also in queries. */
function tableOf(id: string, isWord: boolean): Reference {
    const within = new RegExp(`(?<![\\w./:@'"-])${id}[.:][A-Za-z_]\\w*`);
    const queried = new RegExp(`(?:FROM|JOIN|INTO|UPDATE|from|join|into|update)\\s+${id}\\.\\w`);
    const table = new RegExp(`^${id}[.:][A-Za-z_]\\w*\\.${notLast}[\\w$*-]+$`);
    const dataset = new RegExp(`^${id}\\.${notLast}[A-Za-z_]\\w*$`);
    return (text, property) => {
        const key = keyOf(property);
        // A word without hyphens may be a dataset of the stack's own project.
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
 * Recognizes the plain project ID, except in the resource's own name. An ID without hyphens counts only in properties for
 * projects.
 */
function bare(id: string, isWord: boolean): Reference {
    return (text, property) => {
        const isOfProject = /project/i.test(keyOf(property)) || property.type === "gcp:organizations/project:Project";
        return text === id && !isOwnName(property) && (!isWord || isOfProject);
    };
}

/** Recognizes references to a project. */
function referenceTo(id: string, number: string | undefined): Reference {
    const isWord = !id.includes("-");
    const anywhere = new RegExp([...byId(id), ...(number === undefined ? [] : byNumber(number))].join("|"));
    const found = [bare(id, isWord), tableOf(id, isWord)];
    return (text, property) =>
        anywhere.test(text) ||
        found.some((refers) => refers(text, property)) ||
        // Import IDs start with the project.
        (isId(property) && text.startsWith(`${id}/`));
}
