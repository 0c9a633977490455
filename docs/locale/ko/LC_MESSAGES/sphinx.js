// Not by Documentation.addTranslations: it makes a function of a text, which no policy of a page
// should allow. Korean has one form for any number.
Object.assign(Documentation, {
    "LOCALE": "ko",
    "PLURAL_EXPR": () => 0,
    "TRANSLATIONS": {
        ", in ": ", ",
        "Hide Search Matches": "찾은 말의 표시 지우기",
        "Preparing search...": "검색을 준비하고 있습니다",
        "Search Results": "검색 결과",
        "Search finished, found one page matching the search query.": [
            "결과 ${resultCount}개를 찾았습니다."
        ],
        "Searching": "찾고 있습니다",
        "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.": "찾는 말이 나오는 페이지가 없습니다. 철자를 확인하거나 더 짧은 말로 찾아보세요."
    }
});
