import type { Part, Serving } from "../../emulator/serving";
import compute from "../compute";
import pubsub from "../pubsub";
import { Alerting } from "./alerting";
import { monitoringRest } from "./api";
import { RoutedRequests } from "./requests";
import { UptimeChecks } from "./uptime";

export default function monitoring(serving: Serving): Part & { alerting: Alerting } {
    const { cloud, router, recorder, terminal, caller } = serving;
    const routed = new RoutedRequests(cloud, router, recorder);
    caller.answered = (...answer) => routed.record(...answer);
    const checks = new UptimeChecks(cloud, router, serving.part(compute).loadBalancers, terminal, recorder);
    const alerting = new Alerting({
        ...{ cloud, recorder, checks, pubsub: serving.part(pubsub).pubsub, router, terminal },
        speed: serving.options.alertSpeed ?? 1,
    });
    return {
        alerting,
        rest: [monitoringRest(cloud, recorder, alerting)],
        start: () => alerting.start(),
        close: () => alerting.close(),
    };
}
