import * as check from "../../internal/arguments/check";

/** What happens to a stateful disk when its instance is deleted: it is deleted as well, or kept. */
export type StatefulDisk = "delete" | "keep";

/** Checks what happens to each stateful disk. */
export const statefulChecks = check.record(check.text(), check.oneOf("delete", "keep"));

/**
 * "Autoscaling cannot be used with stateful configuration":
 * https://cloud.google.com/compute/docs/instance-groups/stateful-migs#limitations
 */
export function statefulProblems(
    statefulDisks: Record<string, StatefulDisk>,
    { scaling, canary }: { scaling?: unknown; canary?: object },
    disks: object,
): check.Problem[] {
    const names = Object.keys(statefulDisks);
    return [
        ...(names.length > 0 && typeof scaling !== "number"
            ? [
                  check.problem(
                      "statefulDisks",
                      "compute/stateful-disks-of-scaled-group",
                      "needs a fixed number of instances, because Google Cloud does not scale groups with stateful disks. Set scaling to the number.",
                  ),
              ]
            : []),
        ...(names.length > 0 && canary !== undefined
            ? [
                  check.problem(
                      "statefulDisks",
                      "compute/stateful-disks-with-canary",
                      "cannot be combined with canary, because a stateful group has one template. Remove one of them.",
                  ),
              ]
            : []),
        ...names
            .filter((name) => !Object.hasOwn(disks, name))
            .map((name) =>
                check.problem(
                    `statefulDisks.${name}`,
                    "compute/stateful-disk-unknown",
                    `must be one of disks: ${Object.keys(disks).join(", ") || "there are none"}.`,
                ),
            ),
    ];
}

/** The stateful disks in the form of the provider. */
export function statefulArgs(statefulDisks: Record<string, StatefulDisk>) {
    const disks = Object.entries(statefulDisks).map(([deviceName, rule]) => ({
        deviceName,
        deleteRule: rule === "keep" ? "NEVER" : "ON_PERMANENT_INSTANCE_DELETION",
    }));
    return disks.length > 0 ? disks : undefined;
}
