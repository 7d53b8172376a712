import type { Inputs } from "../../local/simulator/rules/rules";
import { Discovery } from "../discovery";
import { call } from "../unit/local/vertexJobs";
import type { World } from "../unit/local/world";

/** Calls to the API of Vertex AI whose requests and answers are compared with Google's discovery document. */
export async function comparedCalls(world: World) {
    const document = await Discovery.of("aiplatform.v1");
    const answered = new Set<string>();
    const asked = async (id: string, method: string, path: string, body?: object): Promise<Inputs> => {
        const [address = "", search] = path.split("?");
        const query = Object.fromEntries(new URLSearchParams(search));
        expect(document.problems({ method, path: `v1/${address}`, query, body })).toEqual([]);
        const answer = await call(world, method, path, body);
        expect([id, answer.status, answer.body]).toEqual([id, 200, expect.anything()]);
        const full = `aiplatform.projects.locations.${id}`;
        expect(document.unanswered(full, answer.body)).toEqual([]);
        answered.add(full);
        return answer.body;
    };
    return { asked, answered };
}
