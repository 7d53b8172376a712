import unittest

import main


class Quotes(unittest.TestCase):
    def get(self, path):
        answer = main.app.test_client().get(path)
        return answer.status_code, answer.get_json()

    def test_costs_more_the_farther_it_goes(self):
        self.assertEqual(self.get("/quote?kilometres=0"), (200, {"euros": 4.5}))
        self.assertEqual(self.get("/quote?kilometres=20"), (200, {"euros": 11.5}))

    def test_refuses_what_is_no_distance(self):
        for value in ["", "far", "nan", "-1", "101"]:
            with self.subTest(value):
                self.assertEqual(self.get(f"/quote?kilometres={value}")[0], 400)

    def test_tells_when_it_is_ready(self):
        self.assertEqual(self.get("/ready"), (200, {"status": "ok"}))


if __name__ == "__main__":
    unittest.main()
