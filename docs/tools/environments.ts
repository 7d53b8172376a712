import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalCloud, type Resource } from "../../local";
import { linkProgram, type StackConfig, writeStackFile } from "../../local/testing/linked";
import { workspace } from "../../local/workspace";
import { yaml } from "../../local/yaml";
import { digraph, quoted } from "./picture";
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
 * The projects and the accounts that deploy them, in Graphviz's language: each job that may act as an account, what the account may
 * do, and every role that somebody has in the project of another environment. Of what is in a project only that is drawn to
 * which such an arrow leads.
 */
export function drawnEnvironments({ projects, resources }: Environments): string {
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
        const drawn = [...new Set(boxes)].map((each) => `${quoted(each)} [label=${quoted(label(each, project))}];`);
        return `subgraph ${quoted(`cluster ${project}`)} { margin=14; label=${quoted(`  project ${project}  `)}; ${drawn.join(" ")} }`;
    });
    return digraph("Access between environments", [
        ...frames,
        ...jobs.map(({ member, on }) => arrow(jobOf(member), on.split("/").at(-1) as string, "may act as")),
        ...[...accounts].flatMap(([email, project]) => {
            const own = grants.filter((grant) => nameOf(grant.member) === email && grant.project === project);
            // What others come to stands where the rest of the project does, behind its accounts.
            const behind = crossing
                .filter((grant) => grant.project === project)
                .map(({ on }) => arrow(email, on, "", "style=invis"));
            return [arrow(email, project, `${own.length} roles`), ...new Set(behind)];
        }),
        ...crossing.map(({ member, role, on }) => {
            return arrow(
                nameOf(member),
                on,
                role.replace("roles/", ""),
                "color=firebrick, fontcolor=firebrick, penwidth=1.5, constraint=false",
            );
        }),
    ]);
}

function grantOf({ type, id, project, properties }: Resource): Grant[] {
    const { member, role } = properties as { member: string; role: string };
    return /I[aA][mM]Member$/.test(type) ? [{ member, role, project, on: id.slice(0, id.indexOf(`/${role}/`)) }] : [];
}

const nameOf = (member: string) => member.replace("serviceAccount:", "");

/** The job of a pipeline that a federated identity stands for. */
function jobOf(member: string): string {
    const [, subject = ""] = member.split("/subject/");
    const [repository, claim, value] = subject.split(":");
    return `GitHub ${repository}\n${claim === "environment" ? `environment ${value}` : String(value).replace("_", " ")}`;
}

function label(box: string, project: string): string {
    if (box === project) {
        return "resources of its stack";
    }
    const [name = "", domain = ""] = box.split("@");
    return domain.startsWith("gcp-sa-")
        ? "agent of Artifact Registry"
        : domain
          ? `account\n${name}`
          : box.replace(/^b\//, "bucket\n").replace(/^.*\/repositories\//, "repository\n");
}

function arrow(from: string, to: string, text: string, more = ""): string {
    return `${quoted(from)} -> ${quoted(to)} [label=${quoted(text)}${more && `, ${more}`}];`;
}
