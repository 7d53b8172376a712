import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { airflowContext, airflowNames } from "slipway/facts";
import { checkDags } from "../../lib/composer/preflight/dags";
import { type Image, resolveImage } from "../../lib/composer/versions";
import { pythonWith } from "../apps/python";
import { folderOf } from "../unit/folders";

/** What ruff names as removed from Airflow 3, or moved to a provider. */
const rules = "AIR301,AIR302";

/** Programs with what Airflow 3 has removed, and with what it has. */
const files: Record<string, string> = {
    "bash.py": "from airflow.operators.bash_operator import BashOperator\nBashOperator(task_id='a')\n",
    "contrib.py": "from airflow.contrib.sensors.gcs import Sensor\nSensor()\n",
    "days.py": "from airflow.utils.dates import days_ago\ndays_ago(1)\n",
    "interval.py": "from airflow import DAG\nDAG('interval', schedule_interval=None)\n",
    "timetable.py": "from airflow.decorators import dag\n@dag(timetable=None)\ndef flow():\n    pass\n",
    "subdag.py": "from airflow.operators.subdag import SubDagOperator\nSubDagOperator()\n",
    "rule.py":
        "from airflow.operators.empty import EmptyOperator\nEmptyOperator(task_id='a', trigger_rule='none_failed_or_skipped')\n",
    "context.py":
        "from airflow.decorators import task\n@task\ndef step(execution_date):\n    print(execution_date)\nstep()\n",
    "key.py": "from airflow.decorators import task\n@task\ndef step(**context):\n    print(context['next_ds'])\n",
    "attribute.py": "from airflow.utils import helpers\nhelpers.chain()\n",
    "guarded.py":
        "try:\n    from airflow.sdk import chain\nexcept ImportError:\n    from airflow.utils.helpers import chain\nchain()\n",
    "other.py": "from tools import DAG\nDAG(schedule_interval=None)\n",
    "new.py":
        "from airflow.sdk import DAG, task\nwith DAG('new', schedule=None):\n    @task\n    def step():\n        pass\n    step()\n",
};

const ruffPython = () => pythonWith(join(__dirname, "airflowNames"));

/** The files in which ruff finds something. */
async function foundByRuff(folder: string): Promise<string[]> {
    const options = ["check", "--isolated", "--preview", "--select", rules, "--output-format", "json", "--exit-zero"];
    const { stdout } = spawnSync(await ruffPython(), ["-m", "ruff", ...options, "."], {
        cwd: folder,
        encoding: "utf8",
    });
    const names = (JSON.parse(stdout) as { filename: string }[]).map(
        ({ filename }) => filename.split("/").at(-1) as string,
    );
    return [...new Set(names)].sort();
}

/** The files in which the preview of an environment finds something that Airflow has removed. */
function foundByPreview(dags: string): string[] {
    const image = resolveImage("composer-3-airflow-3.3.1") as Image;
    const { problems } = checkDags({ dags, packages: ["tools"], image, env: {}, variables: {}, connections: {} });
    const removed = problems.filter(({ id }) => /-removed$/.test(id ?? ""));
    return [...new Set(removed.map(({ reason }) => /^[^:]+/.exec(reason)?.[0] as string))].sort();
}

test("a preview refuses the files in which ruff finds what Airflow 3 has removed", async () => {
    const folder = folderOf(files);
    const expected = await foundByRuff(folder);
    expect(expected.length).toBeGreaterThan(8);
    expect(foundByPreview(folder)).toEqual(expected);
});

test("a preview knows each name with a replacement that ruff knows", async () => {
    // A module of the table stands for its names, which ruff lists.
    const names = Object.keys(airflowNames.rows).filter((name) => /\.[A-Z]\w+$/.test(name));
    const program = (name: string) => {
        const [, module, last] = /^(.+)\.(\w+)$/.exec(name) as unknown as [string, string, string];
        return `from ${module} import ${last}\n${last}\n`;
    };
    const folder = folderOf(
        Object.fromEntries(names.map((name) => [`${name.replaceAll(".", "_")}.py`, program(name)])),
    );
    expect(names.length).toBeGreaterThan(60);
    const found = foundByPreview(folder);
    expect(found).toHaveLength(names.length);
    expect(Object.keys(airflowContext.rows)).toContain("execution_date");
    const byRuff = await foundByRuff(folder);
    expect(byRuff.filter((file) => !found.includes(file))).toEqual([]);
});
