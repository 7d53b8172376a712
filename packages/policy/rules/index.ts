import type { Rule } from "../rule";
import { compute } from "./compute";
import { data } from "./data";
import { gke } from "./gke";
import { iam } from "./iam";
import { logging } from "./logging";
import { networks } from "./network";
import { serverless } from "./serverless";
import { sql } from "./sql";
import { storage } from "./storage";
import { workloads } from "./workloads";

/** All rules by what they are about. */
export const rulesByField: Record<string, Rule[]> = {
    "IAM, Cloud KMS and API keys": iam,
    "Logs and alerts": logging,
    "Networks, load balancers and DNS": networks,
    "Compute Engine": compute,
    "Cloud Storage": storage,
    "Cloud SQL": sql,
    "BigQuery, Pub/Sub and other data": data,
    "Google Kubernetes Engine": gke,
    "Cloud Run, functions and App Engine": serverless,
    "Cloud Composer and Vertex AI": workloads,
};

/** All rules. */
export const rules: Rule[] = Object.values(rulesByField).flat();
