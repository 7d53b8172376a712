import { secondsIn } from "../internal/duration";
import { hashOf } from "../internal/names";
import { packageFile } from "../internal/packageFile";
import type { ComposerAlerts } from "./alerts";
import type { AirflowPool } from "./pools";

/** The plugin that sets `pools` and detects runs for `alerts` in the Airflow scheduler, and its settings file. */
export const pluginFiles = ["slipway_plugin.py", "slipway_plugin.json"] as const;

/**
 * The contents of these files, and an environment variable with the hash of the plugin. The scheduler loads plugins when it
 * starts, so the plugin must be uploaded before the environment is created, and a change of the variable restarts the
 * scheduler. The plugin reads its settings each minute.
 */
export function schedulerPlugin({ alerts, pools }: { alerts?: ComposerAlerts; pools?: Record<string, AirflowPool> }): {
    files: Record<string, string>;
    variables: Record<string, string>;
} {
    if (alerts === undefined && pools === undefined) {
        return { files: {}, variables: {} };
    }
    const [program, settings] = pluginFiles;
    const text = packageFile("lib", "composer", "python", program);
    const content = {
        late_after: alerts ? secondsIn(alerts.lateAfter ?? "1 day") : null,
        pools: Object.entries(pools ?? {}).map(([name, { slots, description = "", includeDeferred = false }]) => {
            return { name, slots, description, include_deferred: includeDeferred };
        }),
    };
    return {
        files: { [program]: text, [settings]: `${JSON.stringify(content, undefined, 2)}\n` },
        variables: { SLIPWAY_PLUGIN: hashOf(text, 8) },
    };
}
