import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalCloud, type Resource } from "../../local";
import type { Arrow, Graph, Node } from "../../local/commands/pictures/graph";
import { workspace } from "../../local/machine/workspace";
import { yaml } from "../../local/machine/yaml";
import { linkProgram, type StackConfig, writeStackFile } from "../../local/testing/linked";
import { repository } from "./repository";

/** What there is in several projects, and these in the order in which one promotes another. */
interface Environments {
    projects: string[];
    resources: Resource[];
}

/** The starter foundation as it is, and a program that is deployed to each of its environments. */
export async function deployedEnvironments(): Promise<Environments> {
    const folder = mkdtempSync(join(tmpdir(), "slipway-cloud-"));
    const foundation = new LocalCloud(join(repository, "examples", "foundation"), { pinned: true });
    try {
        const { outputs } = await foundation.stack("acme").up();
        const config = (file: string): StackConfig => yaml().parse(String(outputs[file])).config;
        const source = workspace(join(repository, "docs", "examples"), {});
        const place = { ...linkProgram(source, folder), home: foundation.home };
        const environment = { SLIPWAY_DOCS_EXAMPLE: "environments.ts" };
        const program = new LocalCloud(place, { pinned: true, environment });
        const { value } = config("Pulumi.yaml")["slipway:environments"] as {
            value: Record<string, { project: string }>;
        };
        for (const name of Object.keys(value)) {
            writeStackFile(source, place, name, { ...config(`Pulumi.${name}.yaml`), "slipway:environments": value });
            await program.stack(name).up();
        }
        return { projects: Object.values(value).map(({ project }) => project), resources: program.resources() };
    } finally {
        await foundation.remove();
        rmSync(folder, { recursive: true });
    }
}

/** Somebody's role on something. */
interface Grant {
    member: string;
    role: string;
    /** The project in which that is. */
    project: string;
    /** Its id. */
    on: string;
}

/**
 * The projects and the accounts that deploy them: each job that may act as an account, what the account may do, and every role
 * that somebody has in the project of another environment. Of what is in a project only that is drawn to which such an arrow leads.
 */
export function drawnEnvironments({ projects, resources }: Environments): Graph {
    const grants = resources.flatMap(grantOf);
    const number = (project: string) =>
        String(resources.find(({ id }) => id === `projects/${project}`)?.properties.number);
    const home = ({ member }: Grant) =>
        projects.find(
            (project) => member.endsWith(`@${project}.iam.gserviceaccount.com`) || member.includes(number(project)),
        );
    const jobs = grants.filter(({ member }) => member.startsWith("principal://"));
    const crossing = grants.filter((grant) => !jobs.includes(grant) && home(grant) && home(grant) !== grant.project);
    const accounts = new Map(jobs.map(({ on, project }) => [on.split("/").at(-1) as string, project]));
    const frames = projects.map((project) => {
        const boxes = [
            ...[...accounts].filter(([, of]) => of === project).map(([email]) => email),
            ...crossing.filter((grant) => home(grant) === project).map(({ member }) => nameOf(member)),
            ...crossing.filter((grant) => grant.project === project).map(({ on }) => on),
            project,
        ];
        const children = [...new Set(boxes)].map((id) => ({ id, ...label(id, project) }));
        return { id: `frame ${project}`, name: project, kind: "project", children };
    });
    const pipelines = [...new Map(jobs.map(({ member }) => [member, { id: member, ...jobOf(member) }])).values()];
    return {
        title: "Access between environments",
        nodes: [...pipelines, ...frames],
        arrows: [
            ...jobs.map(({ member, on }) => arrow(member, on.split("/").at(-1) as string, "may act as")),
            ...[...accounts].map(([email, project]) => {
                const own = grants.filter((grant) => nameOf(grant.member) === email && grant.project === project);
                return arrow(email, project, `${own.length} roles`);
            }),
            ...crossing.map(({ member, role, on }) => {
                return { ...arrow(nameOf(member), on, role.replace("roles/", "")), warns: true };
            }),
        ],
    };
}

function grantOf({ type, id, project, properties }: Resource): Grant[] {
    const { member, role } = properties as { member: string; role: string };
    return /I[aA][mM]Member$/.test(type) ? [{ member, role, project, on: id.slice(0, id.indexOf(`/${role}/`)) }] : [];
}

const nameOf = (member: string) => member.replace("serviceAccount:", "");

/** The job of a pipeline that a federated identity stands for. */
function jobOf(member: string): Pick<Node, "name" | "kind"> {
    const [, subject = ""] = member.split("/subject/");
    const [repository, claim, value] = subject.split(":");
    const job = claim === "environment" ? `environment ${value}` : String(value).replace("_", " ");
    return { name: `${repository}, ${job}`, kind: "GitHub" };
}

function label(box: string, project: string): Pick<Node, "name" | "kind"> {
    if (box === project) {
        return { name: "resources of its stack", kind: "project" };
    }
    const [name = "", domain = ""] = box.split("@");
    if (domain.startsWith("gcp-sa-")) {
        return { name: "Artifact Registry", kind: "service agent" };
    }
    if (domain) {
        return { name, kind: "service account" };
    }
    const bucket = box.startsWith("b/");
    return { name: box.replace(/^(b|.*\/repositories)\//, ""), kind: bucket ? "Bucket" : "Repository" };
}

const arrow = (from: string, to: string, text: string): Arrow => ({ from, to, label: [text] });
