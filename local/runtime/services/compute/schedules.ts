import type { Cloud, Inputs } from "../../../simulator";
import { currentStatus, scheduleAgent } from "../../../simulator/services/compute/machines/instanceChecks";
import {
    type Action,
    act,
    instancesOf,
    scheduleOf,
    statusAfter,
    titleOf,
} from "../../../simulator/services/compute/machines/lifecycle";
import { isDue } from "../../emulator/cronClock";
import type { Terminal } from "../../emulator/terminal";

/** What a schedule does in a minute; of both at the same time, neither is documented to be first. */
export function actionOf(schedule: Inputs, minute: Date): Action | undefined {
    const { timeZone, vmStartSchedule, vmStopSchedule, startTime, expirationTime } = schedule;
    if ((startTime && minute < new Date(startTime)) || (expirationTime && minute >= new Date(expirationTime))) {
        return undefined;
    }
    const due = (part: Inputs | undefined) => part?.schedule && isDue(String(part.schedule), timeZone, minute);
    return due(vmStopSchedule) ? "stop" : due(vmStartSchedule) ? "start" : undefined;
}

/**
 * Starts and stops the instances whose schedules contain a minute, as Compute Engine's service agent.
 * https://cloud.google.com/compute/docs/instances/schedule-instance-start-stop
 */
export function runDueMachines(cloud: Cloud, minute: Date, terminal: Terminal): void {
    for (const entry of instancesOf(cloud)) {
        const schedule = scheduleOf(cloud, entry);
        const action = schedule && actionOf(schedule, minute);
        const status = currentStatus(entry.state, cloud);
        if (action && statusAfter(action, status, false) !== status) {
            const { agent, permissions, isAllowed } = scheduleAgent(entry.project, cloud);
            if (!isAllowed) {
                terminal.log(
                    `${titleOf(entry)}: the schedule has no effect, as ${agent} lacks ${permissions.join(" and ")}`,
                );
                continue;
            }
            try {
                act(cloud, entry, action);
                terminal.log(`${titleOf(entry)}: the schedule ${action === "start" ? "starts" : "stops"} it`);
            } catch (error) {
                terminal.log(`${titleOf(entry)}: ${(error as Error).message}`);
            }
        }
    }
}
