import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** A resource that Pulumi could not create because it exists. */
export interface Existing {
    type: string;
    name: string;
    /** Its inputs, and the settings of its provider that complete them: project, region and zone. */
    inputs: Record<string, unknown>;
    /** The URNs of its parent, unless that is the stack, and of its provider, unless that is the default one. */
    parent?: string;
    provider?: string;
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
export function importId({ type, inputs }: Pick<Existing, "type" | "inputs">): string | undefined {
    for (const template of importTemplates(type)) {
        const values = [...template.matchAll(/\{\{(\w+)\}\}/g)].map(([, key = ""]) => inputOf(key, inputs));
        if (values.every((value) => value !== undefined)) {
            return template.replaceAll(/\{\{\w+\}\}/g, () => values.shift() as string);
        }
    }
    return undefined;
}

/** An input of a template. A reference to another resource is its ID or its name; IDs end with the name. */
function inputOf(key: string, inputs: Record<string, unknown>): string | undefined {
    const names = [...(synonyms[key] ?? []), key.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase())];
    const value = names.map((name) => inputs[name]).find((each) => each !== undefined);
    const isText = (typeof value === "string" && value !== "") || typeof value === "number";
    return isText ? String(value).split("/").at(-1) : undefined;
}

const quoted = (text: string) => `'${text}'`;

/**
 * The command that imports a resource as what the program creates. Without the flags, Pulumi would register it below the stack and with the
 * default provider, which is another resource to the program, and protect it.
 */
export function importCommand({ type, name, parent, provider }: Existing, id: string): string {
    const flags = [
        ...(parent ? [`--parent ${quoted(`parent=${parent}`)}`] : []),
        ...(provider ? [`--provider ${quoted(`provider=${provider}`)}`] : []),
        "--protect=false",
        "--generate-code=false",
    ];
    return `pulumi import -s ${pulumi.getStack()} ${[type, name, id].map(quoted).join(" ")} ${flags.join(" ")}`;
}
