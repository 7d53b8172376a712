import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import { bigQueryName, displayName } from "./names";

const queryOf = ({ view, materializedView }: Inputs): string | undefined => (view ?? materializedView)?.query;

/** Quoted names stay; texts and comments are blanks. */
const withoutTexts = (query: string): string =>
    query.replaceAll(
        /`[^`]*`|"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|--[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\//g,
        (text) => (text.startsWith("`") ? text : " "),
    );

/** The tables that a query names in full, as `project.dataset.table` in quotation marks; others depend on its scopes. */
function tablesOf(query: string): { project: string; dataset: string; table: string }[] {
    const found = withoutTexts(query).matchAll(/\b(?:FROM|JOIN)\s+((?:`[^`]+`\s*\.\s*)*`[^`]+`)(?!\s*[.(])/gi);
    return [...found].flatMap(([, name = ""]) => {
        const [project, dataset, table, ...others] = name.replaceAll(/[`\s]/g, "").split(".");
        const isTable = project && dataset && table && others.length === 0 && /^[\w-]+$/.test(table);
        return isTable && !/^INFORMATION_SCHEMA$/i.test(dataset) ? [{ project, dataset, table }] : [];
    });
}

/**
 * Throws for a view of a table that does not exist in the location of its dataset: BigQuery checks the query of a new view. The words:
 * https://github.com/mozilla/bigquery-etl/issues/1698 and, of datasets, https://github.com/mozilla/bigquery-etl/issues/1796. Datasets of
 * other projects may exist outside of the local Google Cloud.
 */
export function verifyReferences(inputs: Inputs, location: string, cloud: Cloud, old?: Inputs): void {
    const query = queryOf(inputs);
    const isLegacy = inputs.view && inputs.view.useLegacySql !== false;
    if (!query || isLegacy || query === (old && queryOf(old))) {
        return;
    }
    for (const { project, dataset, table } of tablesOf(query)) {
        const path = `projects/${project}/datasets/${dataset}`;
        const found = cloud.store.read(bigQueryName(path));
        const isElsewhere = found && String(found.state.location).toUpperCase() !== location.toUpperCase();
        if (isElsewhere || (!found && project === inputs.project)) {
            throw notInLocation("Dataset", path, location);
        }
        if (found && !cloud.store.read(bigQueryName(`${path}/tables/${table}`))) {
            throw notInLocation("Table", `${path}/tables/${table}`, location);
        }
    }
}

const notInLocation = (kind: string, path: string, location: string) =>
    new GoogleError(404, `Not found: ${kind} ${displayName(path)} was not found in location ${location}`, {
        reason: "notFound",
    });
