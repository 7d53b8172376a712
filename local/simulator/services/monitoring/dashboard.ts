import { monitoringLimits } from "slipway/facts";
import { GoogleError } from "../../cloud/errors";
import { digits } from "../../cloud/ids";
import { type Inputs, refusedObject, type TypeRules } from "../../rules/rules";
import { verifyFields } from "./dashboardFields";

const api = "monitoring.googleapis.com";

const limits = monitoringLimits.rows;

const layouts = ["columnLayout", "gridLayout", "mosaicLayout", "rowLayout"];

/** The API's error for a JSON that is no dashboard. */
const invalid = (field: string, reason: string) =>
    new GoogleError(400, `Field ${field} has an invalid value: ${reason}`);

/** The dashboard; none while its text is unknown, at preview. */
const parsed = (text: string): Inputs => (text.trimStart().startsWith("{") ? JSON.parse(text) : {});

/** The widgets of a dashboard in any layout. */
function widgetsOf({ columnLayout, gridLayout, mosaicLayout, rowLayout }: Inputs): Inputs[] {
    const groups = [...(columnLayout?.columns ?? []), ...(rowLayout?.rows ?? []), ...(gridLayout ? [gridLayout] : [])];
    const tiles = (mosaicLayout?.tiles ?? []).map(({ widget }: Inputs) => widget ?? {});
    return [...groups.flatMap(({ widgets = [] }) => widgets), ...tiles];
}

/** "MosaicLayout": tiles lie within the grid, and only groups contain others. */
function verifyTiles({ columns, tiles = [] }: Inputs): void {
    if (!Number.isInteger(columns) || columns < limits.columns.min || columns > limits.columns.max) {
        throw invalid("dashboard.mosaicLayout.columns", `must be from ${limits.columns.min} to ${limits.columns.max}.`);
    }
    const placed = (tiles as Inputs[]).map(({ xPos = 0, yPos = 0, width = 0, height = 0, widget = {} }, index) => {
        const at = `dashboard.mosaicLayout.tiles[${index}]`;
        if (xPos < 0 || yPos < 0 || width < 1 || height < 1 || xPos + width > columns) {
            throw invalid(at, `the tile is outside of the grid of ${columns} columns.`);
        }
        return { at, xPos, yPos, width, height, isGroup: Boolean(widget.collapsibleGroup ?? widget.singleViewGroup) };
    });
    const alone = placed.filter(({ isGroup }) => !isGroup);
    for (const [index, one] of alone.entries()) {
        const other = alone.slice(index + 1).find((each) => {
            return (
                one.xPos < each.xPos + each.width &&
                each.xPos < one.xPos + one.width &&
                one.yPos < each.yPos + each.height &&
                each.yPos < one.yPos + one.height
            );
        });
        if (other) {
            throw invalid(other.at, `the tile overlaps ${one.at}.`);
        }
    }
}

/** The kinds of widgets; a widget has one. */
const kinds =
    "alertChart blank collapsibleGroup errorReportingPanel filterControl incidentList logsPanel pieChart scorecard sectionHeader singleViewGroup text timeSeriesTable treemap xyChart".split(
        " ",
    );

const queries =
    "opsAnalyticsQuery prometheusQuery timeSeriesFilter timeSeriesFilterRatio timeSeriesQueryLanguage traceQuery".split(
        " ",
    );

/** "Widget", "XyChart", "TimeSeriesQuery". */
function verifyWidget(widget: Inputs, index: number): void {
    const at = `dashboard.widgets[${index}]`;
    const content = kinds.filter((kind) => widget[kind] !== undefined);
    if (content.length !== 1) {
        throw invalid(at, "a widget must have exactly one content.");
    }
    if (widget.xyChart && !widget.xyChart.dataSets?.length) {
        throw invalid(`${at}.xyChart.dataSets`, "must not be empty.");
    }
    const sets: Inputs[] = widget.xyChart?.dataSets ?? (widget.scorecard ? [widget.scorecard] : []);
    for (const { timeSeriesQuery = {} } of sets) {
        if (queries.filter((query) => timeSeriesQuery[query]).length !== 1) {
            throw invalid(`${at}.timeSeriesQuery`, "must have exactly one query.");
        }
    }
}

function verify({ dashboardJson }: Inputs): void {
    // https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/monitoring/resource_monitoring_dashboard.go
    const refused = refusedObject(dashboardJson);
    if (refused) {
        throw new Error(refused);
    }
    const dashboard = parsed(dashboardJson);
    verifyFields(dashboard);
    if (!dashboard.displayName) {
        throw invalid("dashboard.displayName", "must not be empty.");
    }
    const found = layouts.filter((layout) => dashboard[layout] !== undefined);
    if (found.length > 1) {
        throw invalid("dashboard.layout", `there can be one layout, got ${found.join(", ")}.`);
    }
    const widgets = widgetsOf(dashboard);
    if (widgets.length > limits.widgets.max) {
        throw invalid("dashboard", `there can be ${limits.widgets.max} widgets, got ${widgets.length}.`);
    }
    widgets.forEach(verifyWidget);
    if (dashboard.mosaicLayout) {
        verifyTiles(dashboard.mosaicLayout);
    }
}

/** What the API drops, as its answers have no values that are the default of their type. */
const isDefault = (value: unknown) =>
    value === 0 || value === "" || value === false || (Array.isArray(value) && value.length === 0);

/**
 * What the API answers: without defaults of types, and with the axis of each data set, the format of texts, and the alignment of tables.
 * The last two are recorded by Config Connector (`monitoringdashboardmosaiclayout`, `monitoringdashboardalertpolicyref1`).
 */
function answered(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(answered);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const kept = Object.entries(value).filter(([, each]) => !isDefault(each));
    const same = Object.fromEntries(kept.map(([key, each]) => [key, answered(each)]));
    const { text, timeSeriesTable } = same as Inputs;
    return {
        ...("plotType" in same && { targetAxis: "Y1" }),
        ...same,
        ...(text && { text: { format: "MARKDOWN", style: {}, ...text } }),
        ...(timeSeriesTable?.dataSets && {
            timeSeriesTable: {
                ...timeSeriesTable,
                dataSets: timeSeriesTable.dataSets.map((each: Inputs) => ({ minAlignmentPeriod: "0s", ...each })),
            },
        }),
    };
}

/** JSON with sorted keys, as the provider stores it. */
function sorted(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(sorted);
    }
    return typeof value === "object" && value !== null
        ? Object.fromEntries(
              Object.entries(value)
                  .sort(([one], [other]) => (one < other ? -1 : 1))
                  .map(([key, each]) => [key, sorted(each)]),
          )
        : value;
}

/** The found value without what the program leaves out, as `removeComputedKeys` of the provider does it. */
function withoutComputed(found: unknown, desired: unknown): unknown {
    if (Array.isArray(found)) {
        const items = Array.isArray(desired) ? desired : [];
        return found.map((each, index) => (index < items.length ? withoutComputed(each, items[index]) : each));
    }
    if (typeof found !== "object" || found === null || typeof desired !== "object" || desired === null) {
        return found;
    }
    const known = desired as Inputs;
    const kept = Object.entries(found).filter(([key]) => known[key] !== undefined && known[key] !== null);
    return Object.fromEntries(kept.map(([key, each]) => [key, withoutComputed(each, known[key])]));
}

const text = (value: unknown) => JSON.stringify(sorted(value));

/**
 * A dashboard. The API drops zeros, empty lists and `false`, which the provider reports as changes at each preview:
 * https://github.com/hashicorp/terraform-provider-google/issues/24650
 */
export const dashboard: TypeRules = {
    noun: "Dashboard",
    cost: "free",
    api,
    id: ({ dashboardJson }) => parsed(dashboardJson).name,
    name: ({ dashboardJson }) => `//${api}/${parsed(dashboardJson).name}`,
    validators: {
        dashboardJson: (value) => {
            try {
                JSON.parse(value);
                return undefined;
            } catch {
                return '"dashboard_json" contains an invalid JSON';
            }
        },
    },
    same: {
        dashboardJson: (desired, found) => {
            // Unknown at preview.
            if (!String(desired).startsWith("{")) {
                return false;
            }
            const [wanted, stored] = [parsed(String(desired)), parsed(String(found))];
            return text(withoutComputed(stored, wanted)) === text(wanted);
        },
    },
    verify,
    // The program can choose the name, and answers have the number of the project: Config Connector's `monitoringdashboardbasic`.
    state: ({ project, dashboardJson }, { cloud }, old) => {
        const [, chosen] = /^projects\/[^/]+\/dashboards\/([^/]+)$/.exec(parsed(dashboardJson).name ?? "") ?? [];
        const id = chosen ?? digits(`dashboard ${project} ${process.hrtime.bigint()}`, 19);
        const name =
            (old && parsed(old.dashboardJson).name) ?? `projects/${cloud.projects.number(project)}/dashboards/${id}`;
        const etag = digits(dashboardJson, 12);
        return { dashboardJson: text({ ...(answered(parsed(dashboardJson)) as Inputs), name, etag }) };
    },
    calls: { collection: "monitoring.projects.dashboards" },
};
