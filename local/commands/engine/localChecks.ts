import type { Finding } from "../../../lib/doctor";
import { runningDaemons } from "../../machine/daemon/client";
import { existingStacks } from "../../machine/stacks";
import { workspace } from "../../machine/workspace";
import { isLocked } from "../configuration/staleLocks";

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
