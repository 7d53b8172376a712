import type { Part, Serving } from "../../emulator/serving";
import { recordMachines } from "../monitoring/machines";
import run from "../run";
import { computeRest } from "./api";
import { runningGroups } from "./groups/runningGroups";
import { LoadBalancers } from "./loadBalancing/loadBalancers";
import { machineHostOf } from "./machineHost";
import { RunningMachines } from "./runningMachines";
import { runDueMachines } from "./schedules";

/** Load balancers; and machines and their groups, with Docker. */
export default function compute(serving: Serving): Part & { loadBalancers: LoadBalancers } {
    const { access, cloud, router, terminal, tokens, recorder } = serving;
    const { docker, machineImage: image } = serving.options;
    const { cloudRun } = serving.part(run);
    const host = machineHostOf({ access, cloud, docker, cloudRun, router, terminal, tokens, image });
    const groups = host && runningGroups(cloud, host);
    const loadBalancers = new LoadBalancers({ cloud, router, tokens, terminal, recorder, groups: groups?.backends });
    const machines = host && new RunningMachines(cloud, host, terminal);
    recordMachines(recorder, machines, groups);
    return {
        loadBalancers,
        rest: [
            loadBalancers.proxy.rest,
            computeRest(cloud, tokens, { outputs: (instance) => machines?.serialOf(instance), groups }),
        ],
        start: async () => {
            await loadBalancers.start();
            groups?.start();
            machines?.start();
        },
        runDue: (minute) => runDueMachines(cloud, minute, terminal),
        close: async () => {
            await loadBalancers.close();
            await groups?.close();
            await machines?.close();
        },
    };
}
