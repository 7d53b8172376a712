import { findProject } from "../../../lib/project";
import { componentsAbove, described, type Exported, kindOf, nameOf } from "../../machine/exported";
import { openStack, type Preview, type ReadOptions, type Step } from "../engine/stackResources";
import { AdoptedModule, type Way } from "./adoptedModule";
import { type Change, changesOf } from "./changes";
import { type ExistingResource, existingIn, ofPulumi, placesOf } from "./existing";
import { type Difference, differences, distanceOf, importIdOf, type PlannedResource } from "./identity";
import { keeping } from "./keep";

/** What the program takes over, as in the output of `slipway adopt --json`. */
export interface Adoption {
    stack: string;
    way: Way;
    /** The module that takes over, and the main file that loads it; undefined if nothing is taken over. */
    written?: { module: string; main: string; line: string };
    adopted: AdoptedResource[];
    /** What the program would replace, or cannot import. */
    refused: RefusedResource[];
    /** What the program has no resource for. */
    unmatched: UnmatchedResource[];
    /** How many resources of each type are created nevertheless. */
    created: Record<string, number>;
}

interface OfProgram {
    /** Such as `Topic orders`, and the component that it is a part of. */
    resource: string;
    component?: string;
    /** The ID or the URN of the existing resource. */
    existing: string;
}

export interface AdoptedResource extends OfProgram {
    /** What the next deployment changes. */
    changes: Change[];
}

export interface RefusedResource extends OfProgram {
    /** Properties whose change replaces the resource. */
    replacedBy: Change[];
    /** The error of the import. */
    error?: string;
}

export interface UnmatchedResource {
    /** Its address or URN in the state, and its ID. */
    address: string;
    id: string;
    /** The resource of the same type that differs least, and how. */
    nearest?: { resource: string; differences: Difference[] };
}

/** A match of a planned resource, by the URN of that. */
type Matches = Map<string, ExistingResource>;

/** With an import, a resource has two steps: the second one says what happens to it. */
type Steps = ReadonlyMap<string, Step>;

export interface AdoptOptions extends Omit<ReadOptions, "preview"> {
    /** A file with the state of what exists; by default the resources of the stack that are in no component. */
    file?: string;
}

/**
 * Lets a program take existing resources over. Each preview knows more than the one before: the outputs of what it imports, on which others
 * depend. So it repeats until nothing new matches. Then it takes out what would be replaced, until nothing is.
 */
export async function adopt(options: AdoptOptions): Promise<Adoption> {
    const { cwd = ".", file, report = () => undefined } = options;
    const way = file === undefined ? "aliases" : "import";
    const module = AdoptedModule.of(findProject(cwd), way);
    const { stack, preview, resources } = await openStack(options);
    const existing = file === undefined ? withoutComponent(await resources(), stack) : existingIn(file);
    try {
        const found = await search(module, way, existing, preview, report);
        return { stack, way, ...found };
    } catch (error) {
        module.restore();
        throw error;
    }
}

/** The resources of a stack that are in no component. */
function withoutComponent(resources: Exported[], stack: string): ExistingResource[] {
    const top = new Set(resources.filter(({ type }) => type === "pulumi:pulumi:Stack").map(({ urn }) => urn));
    const raw = new Set(
        resources.filter(({ parent }) => parent === undefined || top.has(parent)).map(({ urn }) => urn),
    );
    const found = ofPulumi(resources).filter(({ address }) => raw.has(address));
    if (found.length === 0) {
        throw new Error(
            `the stack ${stack} has no resources without a component. Name the file of a state of Terraform, or the output of 'pulumi stack export' of another stack.`,
        );
    }
    return found;
}

async function search(
    module: AdoptedModule,
    way: Way,
    existing: ExistingResource[],
    preview: () => Promise<Preview>,
    report: (line: string) => void,
): Promise<Omit<Adoption, "stack" | "way">> {
    const matches: Matches = new Map();
    const refused = new Map<string, RefusedResource>();
    const referenceOf = (found: ExistingResource) => (way === "import" ? importIdOf(found) : found.address);
    for (let round = 1; ; round++) {
        const table = [...matches].map(([urn, found]) => [keyOf(urn), referenceOf(found)] as const);
        module.write(Object.fromEntries(table.sort()));
        report(`Preview ${round}, which takes over ${matches.size} of ${existing.length} resources…`);
        const previewed = await preview();
        const steps = stepsOf(previewed);
        const refuse = (urn: string, why: Pick<RefusedResource, "replacedBy" | "error">) => {
            const found = matches.get(urn);
            if (found) {
                refused.set(urn, { ...named(urn, steps), existing: referenceOf(found), ...why });
                matches.delete(urn);
            }
        };
        const own = previewed.diagnostics.filter(({ urn = "", ...each }) => matches.has(urn) && isRefusal(each));
        if (previewed.code !== 0 && own.length === 0) {
            throw new Error(`the preview failed:\n${previewed.text}`);
        }
        if (own.length > 0) {
            for (const { urn = "", message } of own) {
                refuse(urn, {
                    replacedBy: [],
                    error: message.trim().replace(/^(error|warning): (Preview failed: )?/, ""),
                });
            }
            continue;
        }
        // What is still in the program stays where it is.
        const isLeft = ({ address }: ExistingResource) => way === "import" || steps.get(address)?.op === "delete";
        const free = existing.filter((each) => ![...matches.values()].includes(each) && isLeft(each));
        const planned = plannedIn(steps).filter(({ urn }) => !matches.has(urn) && !refused.has(urn));
        const added = matching(planned, free);
        if (added.size > 0) {
            for (const [urn, found] of added) {
                matches.set(urn, found);
            }
            continue;
        }
        const replaced = [...matches.keys()].filter((urn) => steps.get(urn)?.op === "replace");
        if (replaced.length === 0) {
            const written = { module: module.path, main: module.mainPath, line: module.line };
            return {
                ...(matches.size > 0 && { written }),
                adopted: [...matches].map(([urn, found]) => adoptedResource(urn, found, referenceOf(found), steps)),
                refused: [...refused.values()],
                unmatched: free
                    .filter((each) => ![...refused.values()].some((one) => one.existing === referenceOf(each)))
                    .filter((each) => !isManaged(each, steps))
                    .map((each) => unmatched(each, planned, steps)),
                created: countsOf(planned),
            };
        }
        for (const urn of replaced) {
            const found = matches.get(urn) as ExistingResource;
            refuse(urn, { replacedBy: changesIn(steps.get(urn) as Step, found, steps) });
        }
    }
}

/** Errors; and the warning of versions of Pulumi that cannot change what they import: https://github.com/pulumi/pulumi/issues/16397 */
const isRefusal = ({ severity, message }: { severity: string; message: string }) =>
    severity === "error" || message.includes("importing this resource will fail");

/** `gcp:pubsub/topic:Topic orders` of a URN. */
function keyOf(urn: string): string {
    const [, , types = "", name] = urn.split("::");
    return `${types.split("$").at(-1)} ${name}`;
}

function stepsOf({ steps }: Preview): Steps {
    const found = new Map<string, Step>();
    for (const step of steps) {
        // What is replaced has further steps: the creation, and the deletion.
        if (found.get(step.urn)?.op !== "replace") {
            found.set(step.urn, step);
        }
    }
    return found;
}

/** What the program would create at Google Cloud. Resources whose type and name others have, too, cannot be told apart by the module. */
function plannedIn(steps: Steps): PlannedResource[] {
    const byUrn = new Map([...steps].flatMap(([urn, { newState }]) => (newState ? [[urn, newState] as const] : [])));
    return [...byUrn.values()]
        .filter(({ urn, type, custom }) => custom && type.startsWith("gcp:") && steps.get(urn)?.op === "create")
        .map(({ urn, type, inputs, provider = "" }) => ({
            urn,
            type,
            properties: { ...placesOf(provider, byUrn), ...inputs },
        }));
}

/** Pairs of the same identity. Of several existing ones, the nearest, and of several of these the one with the same name in its program. */
function matching(planned: PlannedResource[], existing: ExistingResource[]): Matches {
    const found: Matches = new Map();
    const keys = planned.map(({ urn }) => keyOf(urn));
    const taken = new Set<ExistingResource>();
    for (const each of planned) {
        const fitting = existing
            .filter((one) => one.type === each.type && !taken.has(one) && differences(each, one).length === 0)
            .map((one) => ({ one, distance: distanceOf(each, one) }));
        const least = Math.min(...fitting.map(({ distance }) => distance));
        const nearest = fitting.filter(({ distance }) => distance === least).map(({ one }) => one);
        const named = nearest.filter(({ address }) => nameOf(address) === nameOf(each.urn));
        const [first, second] = named.length > 0 ? named : nearest;
        const isUnique = keys.filter((key) => key === keyOf(each.urn)).length === 1;
        if (first && isUnique && second === undefined) {
            found.set(each.urn, first);
            taken.add(first);
        }
    }
    return found;
}

/** Whether the stack has it already, as after the deployment of what an earlier command has written. */
function isManaged({ type, id }: ExistingResource, steps: Steps): boolean {
    return [...steps.values()].some(
        ({ op, oldState }) => op !== "delete" && oldState?.type === type && oldState.id === id,
    );
}

const lookup = (steps: Steps) => (urn: string) => steps.get(urn)?.newState;

function named(urn: string, steps: Steps): Pick<OfProgram, "resource" | "component"> {
    const state = steps.get(urn)?.newState as Exported;
    const [nearest] = componentsAbove(state, lookup(steps));
    return { resource: described(state), ...(nearest && { component: described(nearest) }) };
}

function adoptedResource(urn: string, found: ExistingResource, existing: string, steps: Steps): AdoptedResource {
    const step = steps.get(urn) as Step;
    return { ...named(urn, steps), existing, changes: step.op === "update" ? changesIn(step, found, steps) : [] };
}

/** What a step changes, with what keeps the existing values. */
function changesIn(step: Step, { properties }: ExistingResource, steps: Steps): Change[] {
    const state = step.newState as Exported;
    const provider = steps.get(state.provider?.replace(/::[^:]*$/, "") ?? "")?.newState?.inputs?.defaultLabels;
    const labels = {
        existing: { ...(properties.labels as object) },
        planned: {
            // https://www.pulumi.com/registry/packages/gcp/api-docs/provider/#adddefaultlabels
            "goog-pulumi-provisioned": "true",
            ...(typeof provider === "string" ? JSON.parse(provider) : provider),
            ...(state.inputs?.labels as object),
        },
    };
    const outermost = componentsAbove(state, lookup(steps)).at(-1);
    const place = {
        type: state.type,
        name: nameOf(state.urn),
        ...(outermost && { component: { type: kindOf(outermost), name: nameOf(outermost.urn) } }),
    };
    return changesOf(step, labels).map((change) => {
        const keep = keeping(place, change);
        return { ...change, ...(keep !== undefined && { keep }) };
    });
}

function unmatched(existing: ExistingResource, planned: PlannedResource[], steps: Steps): UnmatchedResource {
    const { address, id, type } = existing;
    const [nearest] = planned
        .filter((each) => each.type === type)
        .map((each) => ({ urn: each.urn, differences: differences(each, existing) }))
        .sort((one, other) => one.differences.length - other.differences.length);
    return {
        address,
        id,
        ...(nearest && { nearest: { resource: named(nearest.urn, steps).resource, differences: nearest.differences } }),
    };
}

function countsOf(planned: PlannedResource[]): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { type } of planned) {
        counts[type] = (counts[type] ?? 0) + 1;
    }
    return counts;
}
