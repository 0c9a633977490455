"""What the bar under an example says, in both languages; `{}` is filled in by the page."""

from __future__ import annotations

TEXTS = {
    "ko": {
        "run": "실행",
        "stop": "멈추기",
        "edit": "고치기",
        "reset": "되돌리기",
        "example": "예제 {}",
        "code": "예제 {}의 코드. Ctrl+Enter를 누르면 실행합니다.",
        "result": "예제 {}의 결과",
        "load": "파이썬을 불러오고 있습니다. 처음에는 약 6 MB를 내려받습니다.",
        "packages": "예제에 필요한 패키지를 불러오고 있습니다({}).",
        "running": "실행하고 있습니다.",
        "same": "페이지와 같은 결과입니다.",
        "done": "실행했습니다.",
        "quiet": "실행했습니다. 출력은 없습니다.",
        "differs": "페이지와 다른 곳이 {}군데 있습니다.",
        "raised": "예외가 발생했습니다: {}",
        "earlier": "먼저 실행한 예제의 결과가 페이지와 다릅니다:",
        "stopped": "멈췄습니다. 다시 실행하면 페이지의 처음부터 실행합니다.",
        "noPython": (
            "파이썬을 불러오지 못해 실행할 수 없습니다. "
            "네트워크 연결을 확인하고 다시 실행해 보세요."
        ),
        "noPackages": "이 예제에 필요한 패키지({})를 불러오지 못해 실행할 수 없습니다.",
        "crashed": (
            "브라우저 안의 파이썬이 메모리나 스택이 모자라 끝났습니다. "
            "다시 실행하면 처음부터 실행합니다."
        ),
        "file": "파일로 연 페이지에서는 실행할 수 없습니다. nox -s serve로 열어 보세요.",
        "differsLabel": "실행한 결과",
        "pageLabel": "페이지의 결과",
        "nothing": "(출력 없음)",
    },
    "en": {
        "run": "Run",
        "stop": "Stop",
        "edit": "Edit",
        "reset": "Reset",
        "example": "Example {}",
        "code": "The code of example {}. Ctrl+Enter runs it.",
        "result": "The result of example {}",
        "load": "Loading Python: about 6 MB the first time.",
        "packages": "Loading the packages that the example needs ({}).",
        "running": "Running.",
        "same": "The same result as on the page.",
        "done": "Done.",
        "quiet": "Done, without any output.",
        "differs": "Not the same as on the page (places: {}).",
        "raised": "Python raised an exception: {}",
        "earlier": "An example that ran before this one differs from the page:",
        "stopped": "Stopped. The next run begins at the top of the page.",
        "noPython": (
            "Python could not be loaded, so nothing was run: "
            "check your connection and press Run again."
        ),
        "noPackages": (
            "Packages that this example needs could not be loaded ({}), so it cannot be run."
        ),
        "crashed": (
            "The Python in your browser ended, out of memory or of stack. "
            "The next run begins at the top of the page."
        ),
        "file": "A page opened as a file cannot run code: open it with nox -s serve.",
        "differsLabel": "Your result",
        "pageLabel": "The page's result",
        "nothing": "(no output)",
    },
}
