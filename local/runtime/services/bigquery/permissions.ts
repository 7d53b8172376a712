import { GoogleError } from "../../../simulator";
import type { Access } from "../../emulator/access";
import { anonymous } from "../../emulator/access";
import { HttpError } from "../../emulator/http";

/** Who may do what, with BigQuery's errors: https://cloud.google.com/bigquery/docs/error-messages */
export const bigQueryAccess = (access: Pick<Access, "require" | "allows">): Pick<Access, "require" | "allows"> => ({
    allows: access.allows,
    require: (account, permission, name) => {
        try {
            access.require(account, permission, name);
        } catch (error) {
            throw error instanceof GoogleError && account !== anonymous
                ? new HttpError(403, "accessDenied", `Access Denied: ${deniedWords(permission, name)}`)
                : error;
        }
    },
});

function deniedWords(permission: string, name: string): string {
    const [, , , , project = "", , dataset, kind, inner] = name.split("/");
    if (dataset === undefined) {
        return `Project ${project}: User does not have ${permission} permission in project ${project}.`;
    }
    const shown = `${project}:${dataset}${inner ? `.${inner}` : ""}`;
    if (permission === "bigquery.tables.getData" && inner) {
        return `Table ${shown}: User does not have permission to query table ${shown}, or perhaps it does not exist.`;
    }
    const what = kind === "tables" ? "Table" : kind === "routines" ? "Routine" : "Dataset";
    return `${what} ${shown}: Permission ${permission} denied on ${what.toLowerCase()} ${shown} (or it may not exist).`;
}
