import type { Inputs } from "../../../simulator";
import { addService, type Unary } from "../../emulator/grpc";
import type { Part, Serving } from "../../emulator/serving";
import { TasksApi } from "./api";
import { fromMessage, toMessage } from "./messages";
import { Tasks } from "./tasks";

/** The interval between two looks at what is deployed, in milliseconds. */
const interval = 1000;

export default function cloudtasks({ access, cloud, caller, terminal }: Serving): Part {
    const tasks = new Tasks(cloud, caller, terminal);
    const api = new TasksApi({ access, cloud }, tasks);
    const method =
        (answer: (account: string | undefined, request: Inputs) => object): Unary =>
        (request, _, { peer }) =>
            answer(access.accountOf(peer), request);
    let timer: NodeJS.Timeout;
    return {
        rest: [api.rest],
        grpc: (server) =>
            addService(server, "google.cloud.tasks.v2.CloudTasks", {
                CreateTask: method((account, { parent, task }) =>
                    toMessage(api.create(account, parent, fromMessage(task))),
                ),
                GetTask: method((account, { name }) => toMessage(api.get(account, name))),
                ListTasks: method((account, { parent }) => ({ tasks: api.list(account, parent).map(toMessage) })),
                DeleteTask: method((account, { name }) => api.remove(account, name)),
                RunTask: method((account, { name }) => toMessage(api.run(account, name))),
            }),
        start: () => {
            tasks.look();
            timer = setInterval(() => tasks.look(), interval).unref();
        },
        close: () => {
            clearInterval(timer);
            tasks.close();
        },
    };
}
