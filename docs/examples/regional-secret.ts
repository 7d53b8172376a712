import { RegionalSecret, ServerlessFunction } from "slipway";

// Stored in this region, and read through its endpoint alone.
const records = new RegionalSecret("records-key", { region: "europe-west3", generate: { length: 64 } });

new ServerlessFunction("predict", {
    source: "./predict",
    trigger: { http: {} },
    uses: { RECORDS_KEY: records.accessor },
});

export const endpoint = `secretmanager.${records.region}.rep.googleapis.com`;
