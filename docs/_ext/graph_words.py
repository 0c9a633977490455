"""The sentences of the steps through a graph, in both languages.

Names and numbers stand where Korean needs no particle that depends on their last sound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """One language's buttons, and its sentences with places for names and numbers."""

    buttons: tuple[tuple[str, str], ...]
    label: str
    overview: str
    call: str
    start: str
    visit: str
    send: str
    part: str
    add_up: str
    nothing_sent: str
    end: str
    ends: str
    leaf: str
    result: str
    one_of: str
    maker: str
    heap: str
    waits: str
    empty: str

    def calls(self, name: str, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        return self.call.format(name, ", ".join(inputs), ", ".join(outputs))

    def visits(self, name: str, received: Sequence[str], sent: Sequence[str]) -> str:
        text = self.visit.format(name, ", ".join(received))
        return text + (self.send.format(", ".join(sent)) if sent else self.nothing_sent)

    def heaped(self, waiting: Sequence[str]) -> str:
        return self.heap.format(", ".join(waiting) or self.empty)


WORDS = {
    "en": Words(
        buttons=(("first", "First"), ("back", "Back"), ("next", "Next"), ("last", "Last")),
        label="Step through the graph",
        overview=(
            "The whole graph. Go through it step by step: how it is computed, and then backward. "
            "The arrow keys → and ← do so too."
        ),
        call="Forward: {} computes. In: {}. Out: {}.",
        start="Backward begins at {}, with the gradient {}.",
        visit="Backward: {} leaves the heap. It receives the gradient {}. ",
        send="It sends {}.",
        part="{1} to {0}",
        add_up=" (in all {})",
        nothing_sent="It sends nothing on.",
        end="The heap is empty: backward is done. The leaves have these gradients: {}.",
        ends="{0} has {1}",
        leaf="the leaf {}",
        result="the result of {}",
        one_of="result {1} of {0}",
        maker="{0} for {1}",
        heap="Heap, the next one first: {}",
        waits="{} (generation {}, so far {})",
        empty="empty",
    ),
    "ko": Words(
        buttons=(("first", "처음"), ("back", "이전"), ("next", "다음"), ("last", "끝")),
        label="계산 그래프를 한 단계씩 보기",
        overview=(
            "계산 그래프 전체입니다. 순전파와 역전파를 한 단계씩 따라가 보세요. "
            "화살표 키 →와 ←도 쓸 수 있습니다."
        ),
        call="순전파: {} 차례입니다. 입력은 {}입니다. 결과는 {}입니다.",
        start="역전파가 시작되는 곳은 {}입니다. 처음 기울기는 {}입니다.",
        visit="역전파: 힙에서 나오는 함수는 {}입니다. 받은 기울기는 {}입니다. ",
        send="보내는 기울기는 {}입니다.",
        part="{0}에 {1}",
        add_up="(합하면 {})",
        nothing_sent="보내는 기울기는 없습니다.",
        end="힙이 비었고 역전파가 끝났습니다. 잎의 기울기는 {}입니다.",
        ends="{0}에서 {1}",
        leaf="잎 {}",
        result="{}의 결과",
        one_of="{}의 결과 {}",
        maker="결과가 {1}인 {0}",
        heap="힙(먼저 나올 것부터): {}",
        waits="{}(함수의 세대 {}, 지금까지 {})",
        empty="비어 있음",
    ),
}
