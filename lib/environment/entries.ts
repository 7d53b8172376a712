import * as check from "../internal/check";
import { setWith } from "./command";
import { type EnvironmentKind, environmentDefaults } from "./defaults";
import { projectId } from "./projectId";

/** What the stacks of a program know of one environment. */
export interface EnvironmentEntry {
    /** The id of its project. */
    project: string;
    /**
     * The number of its project, by which the accounts of Google's own services are named.
     * @default what has the number and not the id is not told from other projects
     */
    number?: string;
    /** What it is for, which must be what its own stack says. @default what its own stack says */
    kind?: EnvironmentKind;
    /** The stack whose archives and images it runs, and no others. @default it runs what is built for it */
    promotes?: string;
    /** The e-mail address of the service account that deploys it. @default nobody is let in to read what ran before */
    deployer?: string;
}

const entry = check.options<EnvironmentEntry>(
    {
        project: projectId,
        // YAML has a number for digits without quotes.
        number: check.pipe(
            check.custom(
                (given) => /^\d{6,19}$/.test(String(given)),
                "must be a project's number, such as 123456789012",
            ),
            check.transform(String),
        ),
        kind: check.oneOf(...Object.keys(environmentDefaults)),
        promotes: check.text(),
        deployer: check.matching(/^[^@\s:]+@[^@\s:]+\.[^@\s:]+$/, "must be the e-mail address of a service account"),
    },
    "project",
);

/** Checks `slipway:environments`, where a text is the project. */
export const entries: check.Check = check.record(
    check.text(),
    check.either(
        (given) => typeof given === "string",
        check.pipe(
            projectId,
            check.transform((project) => ({ project })),
        ),
        entry,
    ),
);

/** A stack beside all the environments that it knows of. */
interface Stack {
    stack: string;
    project: string;
    kind: EnvironmentKind;
    environments: Record<string, EnvironmentEntry>;
}

/** Whether the stack is another environment than it says, and whether the environments follow one from another. */
export function misfits(given: Stack): (check.Problem | undefined)[] {
    return [strangeProject(given), strangeKind(given), ...strangePromotions(given)];
}

/** Whether the stack would change another environment: what a wrong project in a copied stack file does. */
export function strangeProject({ stack, project, environments }: Omit<Stack, "kind">): check.Problem | undefined {
    const expected = environments[stack]?.project;
    const other = Object.keys(environments).find((name) => environments[name]?.project === project);
    if (expected !== undefined && expected !== project) {
        const reason = `must be ${expected}, the project of this stack in slipway:environments (got "${project}").`;
        return { path: "gcp:project", reason: `${reason} ${setWith("gcp:project", expected)}` };
    }
    if (expected === undefined && other !== undefined) {
        const reason = `is the project of the stack ${other} in slipway:environments (got "${project}").`;
        return { path: "gcp:project", reason: `${reason} ${setWith("gcp:project", "<project id>")}` };
    }
    return undefined;
}

/** Whether a project would be one thing to this stack and another to the next, or to this one in another place. */
function strangeKind({ stack, project, kind, environments }: Stack): check.Problem | undefined {
    const others = Object.entries(environments).filter(([, other]) => other.project === project && other.kind);
    const [name, found] = others.find(([, other]) => other.kind !== kind) ?? [];
    if (found === undefined) {
        return undefined;
    }
    const whose = name === stack ? "this stack" : `the stack ${name}`;
    const what = `must be ${found.kind}, as the project ${project} is to ${whose} in slipway:environments (got "${kind}").`;
    return { path: "slipway:kind", reason: `${what} ${setWith("slipway:kind", found.kind as string)}` };
}

function strangePromotions({ environments }: Stack): (check.Problem | undefined)[] {
    return Object.entries(environments).map(([name, { promotes }]) => {
        const path = `slipway:environments.${name}.promotes`;
        if (promotes === undefined) {
            return undefined;
        }
        if (!environments[promotes]) {
            const known = Object.keys(environments).join(", ");
            return { path, reason: `must be another stack in slipway:environments: ${known} (got "${promotes}").` };
        }
        const isCircle = earlier(name, environments).includes(name);
        const reason = "must not lead back to the stack itself";
        return isCircle ? { path, reason: `${reason} (got "${promotes}").` } : undefined;
    });
}

/** The stacks that something ran in before it comes to this one, the last of them first. */
export function earlier(stack: string, environments: Record<string, EnvironmentEntry>): string[] {
    const found: string[] = [];
    let before = environments[stack]?.promotes;
    while (before !== undefined && !found.includes(before)) {
        found.push(before);
        before = environments[before]?.promotes;
    }
    return found;
}
