import * as pulumi from "@pulumi/pulumi";
import { type Observed, stages } from "../../component/alerts/observed";
import { resourceParts, type Signal } from "../../component/alerts/signal";
import { type AlertThreshold, alertThresholds, metricValue } from "../../component/alerts/thresholds";
import { monitoringLimits } from "../../facts/limits/monitoring";
import { promQuery } from "./promql";

/** How many widgets the rows of components have: a header, and a chart for each signal. */
export const widgetsOf = (components: readonly Pick<Observed, "signals">[]): number =>
    components.reduce((all, { signals }) => all + (signals.length > 0 ? 1 + signals.length : 0), 0);

const columns = monitoringLimits.rows.columns.max;
/** The charts of a component stand in lines of four. */
const width = columns / 4;
const heights = { header: 4, chart: 12 };

/** A tile of a dashboard. Zeros are left out: the API drops them, and the next preview would show a change. */
interface Tile {
    xPos?: number;
    yPos?: number;
    width: number;
    height: number;
    widget: object;
}

/** A dashboard in the form of the API. */
export interface MosaicDashboard {
    displayName: string;
    mosaicLayout?: { columns: number; tiles: Tile[] };
}

const at = (xPos: number, yPos: number) => ({ xPos: xPos || undefined, yPos: yPos || undefined });

/**
 * The {@link https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards dashboard} of components: a section for each stage, a
 * row for each component, and a chart for each of its signals.
 */
export function dashboardOf(displayName: string, components: readonly Observed[]): pulumi.Output<MosaicDashboard> {
    const rows = components
        .filter(({ signals }) => signals.length > 0)
        .sort((one, other) => stages.indexOf(one.stage) - stages.indexOf(other.stage));
    const tiles: pulumi.Input<Tile>[] = [];
    let yPos = 0;
    for (const { type, name, signals, thresholds, stage } of rows) {
        const sectionHeader = { subtitle: `${type} in ${stage}` };
        const header = { title: name, sectionHeader };
        tiles.push({ ...at(0, yPos), width: columns, height: heights.header, widget: header });
        yPos += heights.header;
        for (const [index, signal] of signals.entries()) {
            const place = at((index % 4) * width, yPos + Math.floor(index / 4) * heights.chart);
            const tile = widgetOf(signal, thresholds[index]);
            tiles.push(tile.apply((widget) => ({ ...place, width, height: heights.chart, widget })));
        }
        yPos += Math.ceil(signals.length / 4) * heights.chart;
    }
    return pulumi.all(tiles as pulumi.Input<pulumi.Unwrap<Tile>>[]).apply((all) => ({
        displayName,
        ...(all.length > 0 && { mosaicLayout: { columns, tiles: all } }),
    }));
}

/** A chart with the threshold of the alert, or the log entries. */
function widgetOf(signal: Signal, alertsAt: AlertThreshold | undefined): pulumi.Output<object> {
    const { title, unit } = alertThresholds[signal.signal];
    if (signal.log) {
        const filter = pulumi.all([...resourceParts(signal), ...signal.log]).apply((parts) => parts.join("\n"));
        return filter.apply((known) => ({ title: sentence(title), logsPanel: { filter: known } }));
    }
    const threshold = alertsAt ? metricValue(signal.signal, alertsAt.threshold) : 0;
    return promQuery(signal).apply((prometheusQuery) => ({
        title: `${signal.signal} (${unit})`,
        xyChart: {
            dataSets: [{ plotType: "LINE", targetAxis: "Y1", timeSeriesQuery: { prometheusQuery } }],
            ...(threshold !== 0 && { thresholds: [{ label: title, targetAxis: "Y1", value: threshold }] }),
            yAxis: { scale: "LINEAR" },
        },
    }));
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
