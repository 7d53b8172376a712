import type { ControllerContext } from "./controllerContext";
import { runImages } from "./kubelet/images";
import { runSchedules } from "./kubelet/schedules";
import { runLoadBalancers } from "./loadBalancers/loadBalancers";
import { runNodes } from "./nodes/nodes";

/** Starts GKE's own controllers; the returned function waits until they have stopped. */
export async function startControllers(context: ControllerContext): Promise<() => Promise<void>> {
    const [stopSchedules] = await Promise.all([
        runSchedules(context),
        runNodes(context),
        runImages(context),
        runLoadBalancers(context),
    ]);
    return stopSchedules;
}
