from flask import Flask

app = Flask(__name__)


@app.get("/")
def home():
    return "<link rel=stylesheet href=/static/style.css><h1>Shop</h1>"


@app.get("/tasks/retrain")
def retrain():
    return "done"
