import type * as pulumi from "@pulumi/pulumi";
import type { Invokable } from "../identity/invoker";
import { isPlainObject } from "../internal/value";
import { Schedule } from "../workflow";
import type { Decided } from "./decided";
import type { FunctionSchedule, ScheduleTrigger } from "./trigger";

/** The schedule that calls a function, if that is its trigger. */
export function scheduled(
    component: string,
    { name, trigger, timeoutSeconds }: Decided,
    parent: pulumi.ComponentResource & Invokable,
): Schedule | undefined {
    return trigger.schedule === undefined
        ? undefined
        : new Schedule(
              `${component}-schedule`,
              {
                  ...written(trigger.schedule),
                  name: `${name}-schedule`,
                  call: parent,
                  // A call that the schedule has given up would still run, beside the next one.
                  attemptDeadline: `${Math.max(15, timeoutSeconds)} seconds`,
              },
              { parent },
          );
}

function written(schedule: ScheduleTrigger["schedule"]): FunctionSchedule {
    return isPlainObject(schedule) ? (schedule as FunctionSchedule) : { cron: schedule as pulumi.Input<string> };
}
