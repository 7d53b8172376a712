import { digits } from "../../local/simulator/cloud/ids";
import { cloudOf } from "../../local/simulator/cloudOf";
import { Deployment } from "./deployment";

const kinds = { dev: "development", staging: "staging", prod: "production" };
const number = (project: string) => digits(project, 12);
const follows = (project: string, promotes: string) => ({ project, number: number(project), promotes });

/** The service agent with which a project's Artifact Registry reads that of the previous environment. */
export const agentOf = (project: string) =>
    `service-${number(project)}@gcp-sa-artifactregistry.iam.gserviceaccount.com`;

/** A program whose images are promoted from dev to staging to prod, each in its own project: acme-<name>-<stack>. */
export class Promoted extends Deployment {
    constructor(
        private readonly name: string,
        program: string,
        environment?: NodeJS.ProcessEnv,
    ) {
        const project = (stack: string) => `acme-${name}-${stack}`;
        const environments = {
            dev: project("dev"),
            staging: follows(project("staging"), "dev"),
            prod: follows(project("prod"), "staging"),
        };
        const stacks = Object.entries(kinds).map(([stack, kind]) => [
            `Pulumi.${stack}.yaml`,
            `config:\n  gcp:project: ${project(stack)}\n  gcp:region: europe-west1\n  slipway:kind: ${kind}\n`,
        ]);
        super(
            {
                "Pulumi.yaml": `name: ${name}\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nconfig:\n  slipway:environments:\n    value: ${JSON.stringify(environments)}\n`,
                ...Object.fromEntries(stacks),
                "package.json": JSON.stringify({ name, version: "1.0.0", main: "index.js" }),
                "index.js": program,
            },
            environment,
        );
    }

    /** Creates the project of a stack and its account, like the program that creates projects. */
    admit(...stacks: string[]): void {
        const cloud = cloudOf(this.place);
        for (const project of stacks.map((stack) => `acme-${this.name}-${stack}`)) {
            cloud.projects.admit(project);
            cloud.iam.admitAgent(project, agentOf(project));
        }
    }
}
