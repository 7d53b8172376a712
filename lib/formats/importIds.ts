import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A resource by its type, whose inputs include the settings of its provider: project, region and zone. */
interface Importable {
    type: string;
    inputs: Record<string, unknown>;
}

/**
 * The templates of types whose page in the installed package has none.
 * Sources: `Importer` in `google-beta/services/<service>` of https://github.com/hashicorp/terraform-provider-google-beta (7.45.0):
 * `storage/resource_storage_bucket.go`, `bigquery/resource_bigquery_table.go`, `resourcemanager/resource_google_service_account.go`,
 * `resourcemanager/resource_google_project_iam_custom_role.go`.
 */
const undocumented: Record<string, string> = {
    "gcp:bigquery/table:Table": "projects/{{project}}/datasets/{{dataset_id}}/tables/{{table_id}}",
    "gcp:projects/iAMCustomRole:IAMCustomRole": "projects/{{project}}/roles/{{role_id}}",
    "gcp:serviceaccount/account:Account":
        "projects/{{project}}/serviceAccounts/{{account_id}}@{{project}}.iam.gserviceaccount.com",
    "gcp:storage/bucket:Bucket": "{{name}}",
};

/** What the templates call inputs that have another name. */
const synonyms: Record<string, string[]> = {
    cluster_id: ["cluster", "name"],
    pool_id: ["name"],
    project_id: ["projectId", "project"],
    zone: ["managedZone"],
};

/** The IDs that a type can be imported with, such as `projects/{{project}}/topics/{{name}}`, from its page in the installed `@pulumi/gcp`. */
export function importTemplates(type: string): string[] {
    const own = undocumented[type];
    if (own !== undefined) {
        return [own];
    }
    const [, path = ""] = type.split(":");
    const [module = "", file = ""] = path.split("/");
    const folder = join(dirname(require.resolve("@pulumi/gcp/package.json")), module);
    const declared = existsSync(folder)
        ? readdirSync(folder).find((each) => each.toLowerCase() === `${file.toLowerCase()}.d.ts`)
        : undefined;
    const page = declared ? readFileSync(join(folder, declared), "utf8") : "";
    return [...page.matchAll(/\$ pulumi import \S+ \S+ (\S*\{\{\S+)$/gm)].map(([, template = ""]) => template);
}

/** The ID for the import of a resource; undefined if it is not known. */
export function importId({ type, inputs }: Importable): string | undefined {
    for (const template of importTemplates(type)) {
        const values = [...template.matchAll(/\{\{(\w+)\}\}/g)].map(([, key = ""], index) =>
            index === 0 && beginsWithPath.test(template) ? inputOf(key, inputs) : importField(key, inputs),
        );
        if (values.every((value) => value !== undefined)) {
            return template.replaceAll(/\{\{\w+\}\}/g, () => values.shift() as string);
        }
    }
    return undefined;
}

/** The first field is the path of what contains the resource, such as the path of a key ring in `{{key_ring}}/cryptoKeys/{{name}}`. */
const beginsWithPath = /^\{\{\w+\}\}\/(?!\{)/;

/** The input that a template has as `{{key}}`. A reference to another resource is its ID or its name; IDs end with the name. */
export function importField(key: string, inputs: Record<string, unknown>): string | undefined {
    const value = inputOf(key, inputs);
    // Names of folders in buckets have slashes, too.
    return value !== undefined && /^(projects|organizations|folders|https?:)\//.test(value)
        ? value.split("/").at(-1)
        : value;
}

function inputOf(key: string, inputs: Record<string, unknown>): string | undefined {
    const names = [...(synonyms[key] ?? []), key.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase())];
    const value = names.map((name) => inputs[name]).find((each) => each !== undefined);
    const isText = (typeof value === "string" && value !== "") || typeof value === "number";
    return isText ? String(value) : undefined;
}
