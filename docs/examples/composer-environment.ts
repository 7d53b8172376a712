import { ComposerEnvironment, StorageBucket } from "slipway";

const customers = new StorageBucket("customers");

const pipelines = new ComposerEnvironment("pipelines", {
    dags: "./dags",
    packages: { "scikit-learn": "==1.5.2" },
    uses: { CUSTOMERS: customers.writer },
    variables: { threshold: "0.7" },
    pools: { scoring: { slots: 4 } },
    alerts: { owners: { scoring: { email: "scoring@acme.example" } }, lateAfter: "2 hours" },
});

export const airflow = pipelines.airflowUri;
