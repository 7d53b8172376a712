import type { Entry } from "../cloud/store";
import type { Inputs, TypeRules } from "../rules/rules";
import { idsByFormats } from "./importFormats";

/** The inputs that the engine records after a read: the program's inputs with their current values. */
export function refreshInputs(inputs: Inputs, state: Inputs): Inputs {
    const pairs = Object.entries(inputs).map(([key, value]) => [
        key,
        key.startsWith("__") ? value : now(value, state[key]),
    ]);
    return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}

/** The current value of an input; of objects only the properties of the program. */
function now(input: unknown, found: unknown): unknown {
    if (Array.isArray(input) && Array.isArray(found) && input.length === found.length) {
        return input.map((item, index) => now(item, found[index]));
    }
    return isPlain(input) && isPlain(found) ? refreshInputs(input, found) : found;
}

function isPlain(value: unknown): value is Inputs {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Finds the resource of an import ID: its ID, the path of its name in the API, or a shorter form that the provider accepts, such as
 * `my-topic`, `my-project/my-topic` or, for a policy member, `projects/p/topics/t roles/pubsub.publisher user:me@acme.com`. Some IDs are
 * shorter than that path, such as those of Cloud SQL instances:
 * https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/sql_database_instance#import
 *
 * @param entries all resources of the type
 * @param more the rules of the type, which can have more IDs
 */
export function findImport(
    entries: Entry[],
    id: string,
    project: string | undefined,
    more: Pick<TypeRules, "importIds"> = {},
): Entry | undefined {
    const found = findWhole(entries, id, project, more);
    // The provider's patterns do not have to match from the start: `ParseImportId` in
    // https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/tpgresource/import.go
    const start = id.indexOf("/projects/");
    return found ?? (start >= 0 ? findWhole(entries, id.slice(start + 1), project, more) : undefined);
}

function findWhole(
    entries: Entry[],
    id: string,
    project: string | undefined,
    { importIds }: Pick<TypeRules, "importIds">,
): Entry | undefined {
    const desired = id.replaceAll(" ", "/").split("/");
    const fits = (path: string) => {
        const rest = [...desired];
        for (const part of path.replaceAll(" ", "/").split("/")) {
            if (part.toLowerCase() === rest[0]?.toLowerCase()) {
                rest.shift();
            }
        }
        return rest.length === 0 && lastPart(path.replaceAll(" ", "/")) === lastPart(desired.join("/"));
    };
    // Also with a project that is not in the ID, such as a bucket's:
    // https://github.com/hashicorp/terraform-provider-google/blob/main/website/docs/r/storage_bucket.html.markdown#import
    // The path of a network in an ID is escaped, or not: `parseConnectionId` in
    // https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/servicenetworking/resource_service_networking_connection.go
    const idsOf = (entry: Entry) => [
        entry.id,
        entry.id.replaceAll("%2F", "/"),
        entry.name,
        `${entry.project}/${entry.id}`,
        ...byTitle(entry),
        ...(importIds?.(entry.state) ?? []),
        ...idsByFormats(entry),
    ];
    const fitting = entries.filter((entry) => idsOf(entry).some(fits));
    return (
        fitting.find((entry) => entry.id === id) ??
        fitting.find((entry) => entry.project === project) ??
        (fitting.length === 1 ? fitting[0] : undefined)
    );
}

/** The ID of a conditional grant as imports have it, with only the title of the condition. */
function byTitle({ id, state }: Entry): string[] {
    const { title, description = "", expression } = (state.condition ?? {}) as Inputs;
    const rest = `/${description}/${expression}`;
    return title !== undefined && id.endsWith(rest) ? [id.slice(0, -rest.length)] : [];
}

const lastPart = (id: string) => id.split("/").at(-1)?.toLowerCase();
