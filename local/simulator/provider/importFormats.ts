import type { Entry } from "../cloud/store";
import { providerCode } from "../rules/plan/code";
import { type Inputs, lastPart } from "../rules/rules";

const group = /\(\?P<(\w+)>((?:\[[^\]]*\]|\([^)]*\)|[^()[\]])*)\)/g;

const camelCase = (name: string) => name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** The value of a group of a pattern, of a path only the name if the pattern accepts no slash. */
function textOf({ id, state, project }: Entry, name: string, pattern: string): string {
    const property = camelCase(name);
    const value = String(name === "id" ? id : (state[property] ?? (name === "project" ? project : "")));
    return pattern.includes("[^/]") ? lastPart(value) : value;
}

/** The words after the resource in the ID of a grant: the role, the member, and the title of the condition. */
const grantOf = ({ role, member, condition }: Inputs): string[] =>
    [role, member, condition?.title].filter((word) => word !== undefined);

/**
 * The IDs of a resource in the formats that the provider's code accepts for an import, such as `(?P<region>[^/]+)/(?P<name>[^/]+)`: `ParseImportId`
 * and `GetImportIdQualifiers` in
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/tpgresource/import.go
 */
export function idsByFormats(entry: Entry): string[] {
    const { import: formats = [] } = providerCode()[String(entry.type)] ?? {};
    const isGrant = /I(am|AM)(Member|Binding|Policy)$/.test(String(entry.type));
    return formats.map((format) => {
        const id = format
            .replace(/^\^|\$$/g, "")
            .replaceAll(group, (_, name: string, pattern: string) => textOf(entry, name, pattern));
        return isGrant ? [id, ...grantOf(entry.state)].join("/") : id;
    });
}

/**
 * Refuses what the provider cannot import: types without an importer, whose Read function asks for a resource without a name (`Provider.Read` in
 * https://github.com/pulumi/pulumi-terraform-bridge/blob/v3.137.0/pkg/tfbridge/provider.go), and IDs that no pattern of the importer accepts
 * (`ParseImportId` in https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/tpgresource/import.go).
 */
export function verifyImport(token: string, id: string): void {
    const { withoutImport = false, import: formats } = providerCode()[token] ?? {};
    if (withoutImport) {
        throw new Error(`${token} cannot be imported: Google's provider has no importer for it`);
    }
    // Go's named groups.
    const isAccepted = formats?.some((format) => new RegExp(format.replaceAll("(?P<", "(?<")).test(id)) ?? true;
    if (!isAccepted) {
        throw new Error(
            `Import id ${JSON.stringify(id)} doesn't match any of the accepted formats: [${formats?.join(" ")}]`,
        );
    }
}
