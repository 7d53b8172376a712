import type { Finding } from "slipway/doctor";
import { existingStacks } from "./configuration/localStacks";
import { isLocked } from "./configuration/staleLocks";
import { runningDaemons } from "./daemon/client";
import { workspace } from "./workspace";

/** What `slipway doctor` finds in the local Google Cloud of a program. */
export function localChecks(folder: string): Finding[] {
    const place = workspace(folder);
    const running = runningDaemons(place.home);
    const locked = existingStacks(place).filter((stack) => isLocked(place, stack));
    return [
        {
            check: "Local processes",
            state: "ok",
            found: running.length > 0 ? `${running.join(", ")}; 'npx slipway local stop' ends them` : "none is running",
        },
        ...locked.map((stack): Finding => {
            const found = `a command changes the local stack ${stack}, or was killed`;
            return { check: "Local locks", state: "warning", found, mend: `npx slipway local cancel -s ${stack}` };
        }),
    ];
}
