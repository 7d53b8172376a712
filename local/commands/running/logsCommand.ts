import { Command } from "commander";
import { examples, exitCodes, hasColors } from "../../../lib/commandLine";
import { workspace } from "../../machine/workspace";
import { RunningCloud } from "../../runtime/console/client";
import type { ActivityEvent } from "../../runtime/emulator/activity";
import { activityLine } from "../../runtime/emulator/activityLine";
import { nothingRuns } from "./callCommand";

interface LogsOptions {
    follow?: boolean;
    trace?: string;
    json?: boolean;
}

/** The command `slipway logs`. */
export function logsCommand(): Command {
    return new Command("logs")
        .description(
            "print what the running 'slipway dev' or 'slipway local serve' has logged: requests, lines, messages",
        )
        .argument("[component]", "the name of a function or a service; default: all of them")
        .option("-f, --follow", "also print what comes, until interrupted")
        .option("--trace <id>", "only what belongs to a trace, or to one whose ID begins so")
        .option("--json", "print a JSON object for each line")
        .addHelpText(
            "after",
            examples({
                "npx slipway logs": "print the latest lines of all components",
                "npx slipway logs record --follow": "print those of a component, and what comes",
                "npx slipway logs --trace 4bf92f35": "print what a request has caused",
            }),
        )
        .addHelpText("after", exitCodes)
        .action(async (component: string | undefined, { follow = false, trace, json }: LogsOptions) => {
            const all = RunningCloud.of(workspace("."));
            if (all.length === 0) {
                throw nothingRuns();
            }
            const colors = hasColors(process.stdout);
            const print = (event: ActivityEvent) => {
                if (trace === undefined || event.trace?.startsWith(trace)) {
                    const time = new Date(event.time).toTimeString().slice(0, 8);
                    const line = json ? JSON.stringify(event) : `${time} ${activityLine(event, colors)}`;
                    process.stdout.write(`${line}\n`);
                }
            };
            if (component !== undefined) {
                await anyOf(all.map((each) => each.logs(component)));
            }
            if (follow) {
                await Promise.all(all.map((each) => each.follow(component, print)));
                return;
            }
            const found = await Promise.all(all.map((each) => each.logs(component).catch(() => [])));
            found
                .flat()
                .sort((one, other) => one.time - other.time)
                .forEach(print);
        });
}

/** The first that succeeds; otherwise the error of the last one. */
async function anyOf<Value>(tries: Promise<Value>[]): Promise<Value> {
    return Promise.any(tries).catch((error: AggregateError) => {
        throw error.errors.at(-1);
    });
}
