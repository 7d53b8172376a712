import { nameFormats } from "../../facts/names";
import * as check from "../../internal/arguments/check";
import { setWith } from "./command";
import { type EnvironmentKind, environmentDefaults } from "./defaults";
import { projectId } from "./projectId";

/** One environment in `slipway:environments`. */
export interface EnvironmentEntry {
    /** The project ID. In the configuration it can be left out: then it is `gcp:project` of the stack's file. */
    project: string;
    /**
     * The project number, which names Google's service agents.
     * @default none: references by project number are not recognized
     */
    number?: string;
    /** The kind, which must equal `slipway:kind` of its stack. @default `slipway:kind` of its stack */
    kind?: EnvironmentKind;
    /** The stack whose source archives and images it runs exclusively. @default none: it runs its own builds */
    promotes?: string;
    /** The email of the service account that deploys it, which may read the release records. @default none */
    deployer?: string;
    /**
     * The existing bucket of its release records, in its project, to which the stack then only adds objects: the program that creates
     * the project also creates this bucket, and grants access to it. The deployer needs `roles/storage.objectUser` and
     * `roles/storage.bucketViewer` on it.
     * @default none: the stack creates the bucket
     */
    releases?: string;
}

const entry = check.options<EnvironmentEntry>(
    {
        project: projectId,
        // Unquoted digits are a number in YAML.
        number: check.pipe(
            check.custom<string>(
                (value) => /^\d{6,19}$/.test(String(value)),
                "must be a project's number, such as 123456789012",
            ),
            check.transform(String),
        ),
        kind: check.oneOf(...(Object.keys(environmentDefaults) as EnvironmentKind[])),
        promotes: check.text(),
        deployer: check.matching(/^[^@\s:]+@[^@\s:]+\.[^@\s:]+$/, "must be the email address of a service account"),
        releases: check.nameOf(nameFormats.rows.bucket),
    },
    "project",
);

const shorthand: check.AnyCheck = check.pipe(
    projectId,
    check.transform((project) => ({ project })),
);

/** Checks `slipway:environments`, and replaces a string, the shorthand for `{ project }`. */
export const entries: check.Check<Record<string, EnvironmentEntry>> = check.record(
    check.text(),
    check.lazily((value) => (typeof value === "string" ? shorthand : entry)),
);

/** The stack that runs, and all environments. */
interface Stack {
    stack: string;
    project: string;
    kind: EnvironmentKind;
    environments: Record<string, EnvironmentEntry>;
}

/** Checks that the stack matches its entry, and that promotions form chains. */
export function environmentProblems(stack: Stack): (check.Problem | undefined)[] {
    return [projectProblem(stack), kindProblem(stack), ...promotionProblems(stack)];
}

/** Checks that the project is not the one of another stack, as after copying a stack file. */
export function projectProblem({ stack, project, environments }: Omit<Stack, "kind">): check.Problem | undefined {
    const expected = environments[stack]?.project;
    const other = Object.keys(environments).find((name) => environments[name]?.project === project);
    if (expected !== undefined && expected !== project) {
        const reason = `must be ${expected}, the project of this stack in slipway:environments (got "${project}").`;
        return check.problem(
            "gcp:project",
            "stack/project-not-of-stack",
            `${reason} ${setWith("gcp:project", expected)}`,
        );
    }
    if (expected === undefined && other !== undefined) {
        const reason = `is the project of the stack ${other} in slipway:environments (got "${project}").`;
        return check.problem(
            "gcp:project",
            "stack/project-of-other-stack",
            `${reason} ${setWith("gcp:project", "<project id>")}`,
        );
    }
    return undefined;
}

/** Checks that all entries of the project have the kind of the stack. */
function kindProblem({ stack, project, kind, environments }: Stack): check.Problem | undefined {
    const others = Object.entries(environments).filter(([, other]) => other.project === project && other.kind);
    const [name, found] = others.find(([, other]) => other.kind !== kind) ?? [];
    if (found === undefined) {
        return undefined;
    }
    const whose = name === stack ? "this stack" : `the stack ${name}`;
    const what = `must be ${found.kind}, as the project ${project} is to ${whose} in slipway:environments (got "${kind}").`;
    return check.problem(
        "slipway:kind",
        "stack/kind-of-project",
        `${what} ${setWith("slipway:kind", found.kind as string)}`,
    );
}

function promotionProblems({ environments }: Stack): (check.Problem | undefined)[] {
    return Object.entries(environments).map(([name, { promotes }]) => {
        const path = `slipway:environments.${name}.promotes`;
        if (promotes === undefined) {
            return undefined;
        }
        if (!environments[promotes]) {
            const known = Object.keys(environments).join(", ");
            return check.problem(
                path,
                "stack/promotes-unknown-stack",
                `must be another stack in slipway:environments: ${known} (got "${promotes}").`,
            );
        }
        const isCircle = promotionChain(name, environments).includes(name);
        const reason = `must not lead back to the stack itself (got "${promotes}").`;
        return check.when(isCircle, path, "stack/promotes-in-circle", reason);
    });
}

/** The stacks that a release runs in before this one, the most recent first. */
export function promotionChain(stack: string, environments: Record<string, EnvironmentEntry>): string[] {
    const found: string[] = [];
    let before = environments[stack]?.promotes;
    while (before !== undefined && !found.includes(before)) {
        found.push(before);
        before = environments[before]?.promotes;
    }
    return found;
}
