import { ComposerEnvironment, Network } from "slipway";

const net = new Network("c", { subnets: { c: { range: "10.0.0.0/20" } } });
new ComposerEnvironment("af", {
    dags: "./dags",
    network: net,
    size: "medium",
    airflow: { "core-dags_are_paused_at_creation": "True" },
    env: { MODE: "x" },
    maintenance: { window: { start: "01:00", days: ["FRIDAY", "SATURDAY", "SUNDAY"] } },
});
