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

/** All rules. */
export const rules: Rule[] = [
    ...iam,
    ...logging,
    ...networks,
    ...compute,
    ...storage,
    ...sql,
    ...data,
    ...gke,
    ...serverless,
    ...workloads,
];
