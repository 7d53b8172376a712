import { secondsIn } from "../../internal/duration";
import { hashOf } from "../../internal/names";
import { packaged } from "../../internal/packaged";
import type { Decided } from "./decided";

/** The plugin that does in Airflow's scheduler what `pools` and `alerts` ask for, and what it is told, in the folder of plugins. */
export const pluginFiles = ["slipway_plugin.py", "slipway_plugin.json"] as const;

/**
 * Their texts, and a variable that changes with the plugin: Airflow's scheduler reads plugins when it starts, so that this one has to
 * be there before the environment is made, and another variable starts the scheduler again. What it is told it reads each minute.
 */
export function schedulerPlugin({ alerts, pools }: Pick<Decided, "alerts" | "pools">): {
    files: Record<string, string>;
    variables: Record<string, string>;
} {
    if (alerts === undefined && pools === undefined) {
        return { files: {}, variables: {} };
    }
    const [program, settings] = pluginFiles;
    const text = packaged("lib", "workflow", "composer", "python", program);
    const told = {
        late_after: alerts ? secondsIn(alerts.lateAfter ?? "1 day") : null,
        pools: Object.entries(pools ?? {}).map(([name, { slots, description = "", includeDeferred = false }]) => {
            return { name, slots, description, include_deferred: includeDeferred };
        }),
    };
    return {
        files: { [program]: text, [settings]: `${JSON.stringify(told, undefined, 2)}\n` },
        variables: { SLIPWAY_PLUGIN: hashOf(text, 8) },
    };
}
