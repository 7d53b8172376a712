import type { Cloud } from "../../cloud/cloud";
import { canEncrypt, keyLocation } from "../../cloud/encryption";
import { projectName } from "../../cloud/projects";
import { invalid, precondition } from "./names";

/** The Vertex AI Service Agent: https://cloud.google.com/vertex-ai/docs/general/access-control#service-agents */
export const agentOf = (cloud: Cloud, project: string) =>
    `service-${cloud.projects.number(project)}@gcp-sa-aiplatform.iam.gserviceaccount.com`;

/**
 * Throws unless the agent exists. The first call that needs it creates it, with its role, and fails: "Google Cloud creates the
 * service agent at some point after you activate and use the API".
 * https://cloud.google.com/iam/docs/service-agents
 */
export function requireAgent(cloud: Cloud, project: string): string {
    const agent = agentOf(cloud, project);
    if (!cloud.iam.hasAccount(agent)) {
        cloud.iam.requestAgent(project, agent);
        const grant = { role: "roles/aiplatform.serviceAgent", member: `serviceAccount:${agent}` };
        cloud.iam.grant(project, projectName(project), grant);
        throw precondition(
            "Service agents are being provisioned (https://cloud.google.com/vertex-ai/docs/general/access-control#service-agents). Service agents are needed to read the Cloud Storage file provided. So please try again in a few minutes.",
        );
    }
    return agent;
}

/** Throws unless the agent can encrypt with a key in the region of the resource. */
export function verifyKey(cloud: Cloud, key: string, { agent, location }: { agent: string; location: string }): void {
    if (keyLocation(key) !== location) {
        throw invalid(`The KMS key ${key} must be in the location of the resource: ${location}.`);
    }
    if (!canEncrypt(cloud, key, agent)) {
        throw precondition(
            `The Vertex AI service account ${agent} cannot use the KMS key ${key}: grant it the role Cloud KMS CryptoKey Encrypter/Decrypter.`,
        );
    }
}
