import { type Deployment, held, heldNote } from "../../deploy/deployment";
import { type Edit, keyOf, type Leaf } from "./leaves";
import { type Property, withoutSuffixes } from "./properties";

/**
 * What became of a change: carried out, or only registered with mocks (what needs a cluster), without an effect, refused before anything was created, or a failure: an `up` that did not end, a
 * second one that changed something, or data that was lost without a warning.
 */
export interface Outcome {
    leaf: string;
    example: string;
    result: "changed" | "registered" | "unchanged" | "refused" | "failed" | "unsettled" | "untold";
    /** The new text of the example. */
    text?: string;
    detail?: string;
    /** The properties of resources that are registered with other values. */
    properties?: Property[];
}

/** More candidates than these are not tried. */
export const tries = 4;

/** Types whose replacement or deletion loses data. */
const data =
    /^(?!slipway:).*:(Bucket|Topic|Subscription|Database|DatabaseInstance|Dataset|Table|Disk|Secret|Repository|Cluster|Environment|Model|Project|Address|GlobalAddress)$/;

/** Components that store what they were deployed from, code and images, in these types, and store it again. */
const rebuilt = /:(AppEngineApp|ServerlessFunction)\$[^$]*:(Bucket|Repository)$/;

export const edited = (source: string, { start, end, text }: Edit) => source.slice(0, start) + text + source.slice(end);

/** The inputs of the resources of a stack, with a fixed suffix of fresh names. */
export async function inputsOf(program: Deployment): Promise<string> {
    const resources = await program.exported("dev");
    const inputs = resources
        .map(({ urn, inputs = {} }) => [urn, inputs] as const)
        .sort(([one], [other]) => (one < other ? -1 : 1));
    return withoutSuffixes(JSON.stringify(inputs));
}

/** A value that an error names as an example or a bound. */
export function suggested(detail = ""): string[] {
    const [, quoted, plain] = /such as (?:"([^"]+)"|([^\s",]+?)[,.]?(?=\s|$))/.exec(detail) ?? [];
    const sample = quoted ?? plain;
    const [, bound, unit] = /must be (?:from|at least|at most) ([\d.]+)(?: (\w+) to\b)?/.exec(detail) ?? [];
    const bounds = bound ? [bound, String(Number(bound) + 1)] : [];
    return [
        ...(sample ? [JSON.stringify(sample)] : []),
        ...bounds.map((each) => (unit ? JSON.stringify(`${each} ${unit}`) : each)),
    ];
}

/**
 * Changes an argument of a deployed example; the change before is undone by the same update.
 *
 * @param base the inputs of the unchanged example
 */
export async function change(program: Deployment, source: string, base: string, leaf: Leaf): Promise<Outcome> {
    const outcome = { leaf: keyOf(leaf), example: leaf.example };
    let last: Outcome = { ...outcome, result: "refused" };
    const edits = leaf.edits.slice(0, tries);
    for (const edit of edits) {
        program.edit(leaf.example, () => edited(source, edit));
        last = { ...outcome, text: edit.text, ...(await deployed(program, base)) };
        if (last.result !== "unchanged" && last.result !== "refused") {
            return last;
        }
        if (last.result === "refused" && edits.length < 2 * tries && leaf.withValue) {
            const known = edits.map(({ text }) => text);
            edits.push(
                ...suggested(last.detail)
                    .map(leaf.withValue)
                    .filter(({ text }) => !known.includes(text)),
            );
        }
    }
    return last;
}

/** Deploys several changes together; returns the outcome of all of them, or undefined if each has to be tried alone. */
export async function changeTogether(
    program: Deployment,
    text: string,
    base: string,
    leaves: Leaf[],
): Promise<Outcome[] | undefined> {
    const [{ example = "" } = {}] = leaves;
    program.edit(example, () => text);
    const { result } = await deployed(program, base);
    return result === "changed" ? leaves.map((leaf) => ({ leaf: keyOf(leaf), example, result })) : undefined;
}

async function deployed(program: Deployment, base: string): Promise<Pick<Outcome, "result" | "detail">> {
    const { code, output } = await program.run(["up", "-s", "dev", "--yes", "--json"]);
    const events = eventsOf(output);
    // What Cloud Run still holds is deleted by a later update, which a note says.
    const isHeld = held.test(output) && heldNote.test(output);
    if (code !== 0 && !(isHeld && (await program.run(["up", "-s", "dev", "--yes", "--skip-preview"])).code === 0)) {
        const isRefused = !events.some(({ resOpFailedEvent }) => resOpFailedEvent);
        return { result: isRefused ? "refused" : "failed", detail: errorsOf(output, events).join("\n").slice(0, 1500) };
    }
    const again = await program.again("dev");
    if ("changed" in again) {
        return { result: "unsettled", detail: JSON.stringify(again.changed) };
    }
    const steps = events.flatMap(({ resourcePreEvent }) => (resourcePreEvent ? [resourcePreEvent.metadata] : []));
    const chainOf = (urn: string) => urn.split("::")[2] as string;
    // What an edit removes from the program, with all of it, is listed by the preview.
    const removed = steps
        .filter(({ op, type }) => op === "delete" && type.startsWith("slipway:"))
        .map(({ urn }) => chainOf(urn));
    const warnings = diagnosticsOf(output, events)
        .flatMap(({ severity, message }) => (severity === "warning" ? [message] : []))
        .filter((text) => /is deleted|are lost|replaces (it|the)|deletes the|replaced as well/.test(text));
    const isTold = (urn: string) => {
        const name = (urn.split("::").at(-1) as string).split("/").at(-1) as string;
        const [, component = ""] = /slipway:index:(\w+)\$[^$]*$/.exec(chainOf(urn)) ?? [];
        return warnings.some((text) => text.includes(`"${name}":`) || text.includes(`${component} "`));
    };
    const lost = steps
        .filter(({ op, type }) => /^(replace|delete)$/.test(op) && data.test(type))
        // Addresses that no argument asks for any more are listed by the preview.
        .filter(({ op, type }) => op === "replace" || !type.endsWith("Address"))
        .filter(({ urn }) => !removed.some((chain) => chainOf(urn).startsWith(`${chain}$`)))
        .filter(({ urn }) => !rebuilt.test(chainOf(urn)) && !isTold(urn));
    if (lost.length > 0) {
        const names = lost.map(({ op, urn }) => `${op} ${urn.split("::").slice(2).join(" ")}`);
        return { result: "untold", detail: names.join(", ") };
    }
    return { result: (await inputsOf(program)) === base ? "unchanged" : "changed" };
}

interface EngineEvent {
    resourcePreEvent?: { metadata: { op: string; urn: string; type: string } };
    resOpFailedEvent?: object;
    diagnosticEvent?: { severity: string; message: string };
}

const eventsOf = (output: string): EngineEvent[] =>
    output
        .split("\n")
        .filter((line) => line.startsWith('{"'))
        .map((line) => JSON.parse(line));

/** Of the preview and of the update. */
function diagnosticsOf(output: string, events: EngineEvent[]) {
    const [, digest] = /^(\{\n.*?^\})$/ms.exec(output) ?? [];
    const previewed: { message: string; severity: string }[] = digest ? (JSON.parse(digest).diagnostics ?? []) : [];
    return [...previewed, ...events.flatMap(({ diagnosticEvent }) => (diagnosticEvent ? [diagnosticEvent] : []))];
}

/** The errors of a command with `--json`, or the end of what it prints. */
export function errorsOf(output: string, events = eventsOf(output)): string[] {
    const errors = diagnosticsOf(output, events)
        .filter(({ severity }) => severity === "error")
        .map(({ message }) => message);
    return errors.length > 0 ? errors : [output.slice(-1500)];
}
