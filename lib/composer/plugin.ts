import { existsSync } from "node:fs";
import { join } from "node:path";
import * as check from "../internal/arguments/check";
import { secondsIn } from "../internal/arguments/duration";
import { hashOf } from "../internal/arguments/names";
import { packageFile } from "../internal/sources/packageFile";
import type { ComposerAlerts } from "./alerts";
import type { AirflowPool } from "./pools";

/** The plugin that sets `pools` and detects runs for `alerts` in the Airflow scheduler, and its settings file. */
const pluginFiles = ["slipway_plugin.py", "slipway_plugin.json"] as const;

/** What the plugin sets and detects. */
interface PluginArgs {
    alerts?: ComposerAlerts;
    pools?: Record<string, AirflowPool>;
}

/**
 * The contents of these files, and an environment variable with the hash of the plugin. The scheduler loads plugins when it
 * starts, so the plugin must be uploaded before the environment is created, and a change of the variable restarts the
 * scheduler. The plugin reads its settings each minute.
 */
export function schedulerPlugin({ alerts, pools }: PluginArgs): {
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

/** Plugins with the filenames that the component uploads. */
export function pluginProblems({ plugins, alerts, pools }: PluginArgs & { plugins?: string }) {
    return (alerts || pools ? pluginFiles : []).map((file) =>
        check.when(
            plugins !== undefined && existsSync(join(plugins, file)),
            "plugins",
            "composer/plugin-reserved",
            `has the file ${file}, which is reserved for pools and alerts. Rename it.`,
        ),
    );
}
