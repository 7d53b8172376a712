import { textStyles } from "../textStyles";
import type { Adoption } from "./adoption";
import type { Change } from "./changes";

interface Format {
    local: boolean;
    colors?: boolean;
}

/** Formats an adoption for the terminal. */
export function formatAdoption(adoption: Adoption, { local, colors = false }: Format): string {
    const { stack, way, written, adopted, refused, unmatched, created } = adoption;
    const { otherwise, others } = consequences[way];
    const { bold } = textStyles(colors);
    const changed = adopted.filter(({ changes }) => changes.length > 0);
    const section = (title: string, lines: string[]) => (lines.length > 0 ? [bold(title), ...lines, ""] : []);
    const titleOf = ({ resource, component }: { resource: string; component?: string }) =>
        `  ${resource}${component ? ` of ${component}` : ""}`;
    const total = Object.values(created).reduce((sum, count) => sum + count, 0);
    const up = local ? `npx slipway local up -s ${stack}` : `pulumi up -s ${stack}`;
    return [
        bold(
            `${counted(adopted.length, "resource")} ${adopted.length === 1 ? "is" : "are"} taken over, ${changed.length} with changes. The program replaces no resource.`,
        ),
        "",
        ...section(
            "Taken over without a change",
            adopted
                .filter(({ changes }) => changes.length === 0)
                .map((each) => `${titleOf(each)}${way === "import" ? `  ${each.existing}` : ""}`),
        ),
        ...section(
            "Changed by the next deployment",
            changed.flatMap((each) => [titleOf(each), ...each.changes.flatMap(changeLines)]),
        ),
        ...section(
            `Not taken over, as the program would replace it or cannot import it; ${otherwise}`,
            refused.flatMap((each) => [
                `${titleOf(each)}  ${each.existing}`,
                ...(each.error ? [`    ${each.error}`] : []),
                ...each.replacedBy.flatMap(changeLines),
            ]),
        ),
        ...section(
            `Not in the program; ${others}`,
            unmatched.flatMap(({ address, id, nearest }) => [
                `  ${address.startsWith("urn:") ? address.split("::").slice(2).join(" ") : address}  ${id}`,
                ...(nearest
                    ? [
                          `    nearest: ${nearest.resource}, which would fit with ${nearest.differences
                              .map(({ property, existing }) => `${property}: ${text(existing)}`)
                              .join(", ")}`,
                      ]
                    : []),
            ]),
        ),
        ...section(
            `Created, as nothing that exists fits: ${counted(total, "resource")}`,
            Object.entries(created)
                .sort()
                .map(([type, count]) => `  ${count} ${type}`),
        ),
        ...(written
            ? [
                  `${written.module} has what is taken over, and ${written.main} loads it: ${written.line}`,
                  `Run '${up}', then delete ${written.module} and that line.`,
                  "",
              ]
            : ["Nothing is left to load: no module was written.", ""]),
        ...(refused.length > 0
            ? ["Before that, change the program where it would replace something, and run this command again.", ""]
            : []),
    ].join("\n");
}

/** What happens to resources that are not taken over. */
const consequences = {
    import: {
        otherwise: "the next deployment creates another one, and fails if its name is in use",
        others: "they stay as they are",
    },
    aliases: {
        otherwise: "the next deployment deletes it and creates another one",
        others: "the next deployment deletes them",
    },
};

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

function changeLines({ property, existing, planned, isUnknown, keep }: Change): string[] {
    const wanted = isUnknown ? "a value that the deployment knows" : text(planned);
    const line = `    ${property}: ${text(existing)} becomes ${wanted}`;
    return keep ? [line, `      to keep it: ${keep}`] : [line];
}

/** A value in a line. */
function text(value: unknown): string {
    const json = value === undefined ? "unset" : JSON.stringify(value);
    return json.length > 120 ? `${json.slice(0, 119)}…` : json;
}
